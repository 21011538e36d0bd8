import ArgumentParser
import Ctx7CLI
import Ctx7Documents
import Ctx7Model

struct DocumentsCopy: Command {
  static let configuration = CommandConfiguration(
    commandName: "copy", abstract: "Move the content of all documents from one store to the other.",
    discussion: """
      Every document is read back before it counts as moved. After an interruption run it again: what has been \
      moved stays moved. Then set document_store in the configuration, and generate the units anew.
      """)

  @Option(help: "embedded or weaviate: where the content is.", transform: StoreKind.argument)
  var from: StoreKind

  @Option(help: "embedded or weaviate: where it is to be.", transform: StoreKind.argument)
  var to: StoreKind

  @OptionGroup var message: MessageOptions
  @OptionGroup var location: LocationOptions

  func validate() throws {
    guard from != to else { throw ValidationError("--from and --to are the same store") }
  }

  func run() async throws {
    let services = try location.documentServices()
    let report = try await services.using(from).withContent { source in
      try await services.using(to).withContent { target in
        try await StoreCopy(from: source, to: target).run(now: .now) { report in
          guard Console.isInteractive else { return }
          Console.replaceLine("\(report.documents.counted("document")) moved")
        }
      }
    }
    if Console.isInteractive { Console.replaceLine("") }
    for failure in report.failures.prefix(20) { Console.standardError(failure) }
    var words =
      "\(report.documents.counted("document")) with \(report.chunks.counted("chunk")) moved to \(to.rawValue)"
    if report.lost > 0 { words += ", \(report.lost) not whole and to be fetched again" }
    message.say(words)
    guard report.failures.isEmpty else {
      throw Failure(
        .unavailable, "\(report.failures.count.counted("document")) could not be moved",
        hint: "run the copy again when the reason is gone")
    }
    if services.settings.documentStore != to {
      Console.standardError(
        "note: document_store is still \(services.settings.documentStore.rawValue); set it to \(to.rawValue) "
          + "and run \(location.locations.scope.command("ctx7-units generate")), else the next refresh brings the content back"
      )
    }
  }
}

extension StoreKind {
  /// Reads a store from the command line.
  fileprivate static func argument(_ text: String) throws -> StoreKind {
    guard let store = StoreKind(rawValue: text) else {
      throw ValidationError("'\(text)' is neither embedded nor weaviate")
    }
    return store
  }
}

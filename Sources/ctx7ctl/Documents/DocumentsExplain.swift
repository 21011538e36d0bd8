import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7Documents
import Ctx7Model

struct DocumentsExplain: Command {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Show how the time to live of a document came about.",
    discussion: "The factors are those of the last change; a new configuration counts from the next one on.")

  @Argument(help: "The document's id, or the beginning of it.")
  var document: String

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var times: TimeOptions
  @OptionGroup var location: LocationOptions

  private static let reasons = [
    ("technology", "what is documented"), ("doc_type", "the kind of document"),
    ("content", "words and length of the text"), ("version", "the version that is documented"),
    ("quality", "the quality score"), ("freshness", "how lately upstream has changed"),
    ("popularity", "how many people like the library"),
  ]

  func run() async throws {
    let store = try DocumentStore(path: location.locations.documentsFile, access: .readOnly)
    let document = try store.requireDocument(self.document, in: location.locations.scope)
    guard let content = document.content, let factors = content.ttlFactors else {
      throw Failure(
        .usage, "document \(document.id) has no time to live yet",
        hint: document.goneAt == nil
          ? "the next refresh fetches it; until then it counts as due"
          : "its source says that it is gone, and is asked again by each refresh")
    }
    guard !json else { return Console.standardOutput(factors.pretty) }
    let days = factors["default_days"]?.integer ?? 0
    let product = Self.reasons.reduce(Double(days)) { $0 * (factors[$1.0]?.number ?? 1) }
    var table = Table("FACTOR", "VALUE", "BY")
    table.add("default_days", String(days), "the configuration (ttl.default_days)")
    for (name, reason) in Self.reasons {
      table.add(
        name, "× \((factors[name]?.number ?? 1).formatted(decimals: 2))", reason + detail(name, document))
    }
    table.add(
      "product", product.formatted(decimals: 2), "rounded down, held between ttl.min_days and ttl.max_days")
    table.add("ttl_days", String(content.ttlDays), "expires \(document.expiresAt.local)")
    table.print(otherwise: "")
  }

  private func detail(_ factor: String, _ document: TrackedDocument) -> String {
    switch factor {
    case "technology": ": \(document.technology)"
    case "doc_type": ": \(document.type.rawValue)"
    case "version": document.version.map { ": \($0)" } ?? ": none found"
    case "quality": document.content.map { ": \($0.quality.formatted(decimals: 2))" } ?? ""
    case "freshness":
      document.content?.validators.upstream?.changedAt.map { ": \($0.local)" } ?? ": not known"
    case "popularity": document.content?.validators.upstream?.stars.map { ": \($0)" } ?? ": not known"
    default: ""
    }
  }
}

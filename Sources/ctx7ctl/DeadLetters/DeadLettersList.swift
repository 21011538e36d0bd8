import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7History
import Ctx7Model

struct DeadLettersList: Command {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List dead letters, the newest first.")

  @OptionGroup var listing: ListingOptions

  func run() async throws {
    let (id, history) = (try listing.jobID(), try listing.history())
    let letters = try history.deadLetters(of: id, limit: listing.limit)
    if letters.isEmpty { try history.requireJob(id, in: listing.location.locations.scope) }
    guard !listing.json else { return Console.standardOutput(array: letters.lazy.map(\.json)) }
    var table = Table("ID", "FAILED", "JOB", "ATTEMPTS", "RETRIED", "ERROR")
    for letter in letters {
      table.add(
        String(letter.id), letter.failedAt.local, letter.jobID.rawValue,
        String(letter.attempts.array?.count ?? 0), letter.retriedAt?.local ?? "-",
        "\(letter.failure.errorClass.rawValue): \(letter.failure.message)")
    }
    table.print(otherwise: "no dead letters")
  }
}

struct DeadLettersShow: Command {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one dead letter: its error, every attempt, and the configuration.")

  @Argument(help: "The number of the letter, as 'dlq list' shows it.")
  var id: Int64

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var times: TimeOptions
  @OptionGroup var location: LocationOptions

  func run() async throws {
    let history = try HistoryStore(path: location.locations.historyFile, access: .readOnly)
    let letter = try history.requireLetter(id, in: location.locations.scope)
    guard !json else { return Console.standardOutput(letter.json.pretty) }
    Console.standardOutput("Dead letter \(letter.id) of \(letter.jobID), \(letter.failedAt.local)")
    Console.standardOutput("Error:       \(letter.failure.errorClass.rawValue): \(letter.failure.message)")
    Console.standardOutput("Execution:   \(letter.executionID)")
    Console.standardOutput("Correlation: \(letter.correlationID)")
    if let retried = letter.retriedAt { Console.standardOutput("Retried:     \(retried.local)") }
    Console.standardOutput("")
    var table = Table("STARTED", "EXECUTION", "STATUS", "ERROR")
    for attempt in letter.attempts.array ?? [] {
      func text(_ key: String) -> String { attempt[key]?.string ?? "" }
      table.add(
        Timestamp(rfc3339: text("started_at"))?.local ?? "", text("execution_id"), text("status"),
        "\(text("error_class")): \(text("error_message"))")
    }
    table.print(otherwise: "no attempts")
    Console.standardOutput("\nConfiguration:\n\(letter.config.pretty)")
  }
}

extension HistoryStore {
  /// One dead letter.
  ///
  /// - Throws: `Failure` when there is none of that number.
  func requireLetter(_ id: Int64, in scope: Scope) throws -> DeadLetter {
    guard let letter = try deadLetter(id) else {
      throw Failure(
        .usage, "there is no dead letter \(id)", hint: "\(scope.command("ctx7ctl dlq list")) lists them")
    }
    return letter
  }
}

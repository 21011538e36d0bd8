import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7History
import Ctx7Model

struct DeadLettersPurge: Command {
  static let configuration = CommandConfiguration(
    commandName: "purge", abstract: "Delete dead letters: one, those of a job, old ones, or all.")

  @Argument(help: "The number of the letter, as 'dlq list' shows it.")
  var id: Int64?

  @Option(help: "Those of this job.", completion: .jobs)
  var job: String?

  @Option(help: ArgumentHelp("Those that failed more than so many days ago.", valueName: "days"))
  var olderThan: Int64?

  @Flag(help: "All of them.")
  var all = false

  @OptionGroup var message: MessageOptions
  @OptionGroup var location: LocationOptions

  func validate() throws {
    guard all == (id == nil && job == nil && olderThan == nil), id == nil || (job == nil && olderThan == nil)
    else {
      throw ValidationError("say which letters: a number, --job, --older-than, or --all alone")
    }
    if let olderThan, !(0...36_500).contains(olderThan) {
      throw ValidationError("--older-than is 0 to 36500 days, not \(olderThan)")
    }
  }

  func run() async throws {
    let locations = location.locations
    let job = try job.map(JobID.init(argument:))
    if let job {
      try HistoryStore(path: locations.historyFile, access: .readOnly).requireJob(job, in: locations.scope)
    }
    if let api = RemoteAPI(locations) { return message.say(try await purge(by: api)) }
    try StateDirectory(locations).enter()
    let history = try HistoryStore(path: locations.historyFile)
    if let id { _ = try history.requireLetter(id, in: locations.scope) }
    let count = try history.purgeDeadLetters(
      id: id, of: job, failedBefore: olderThan.map { Timestamp.now.adding(days: -$0) })
    message.say("\(count.counted("dead letter")) deleted")
  }

  private func purge(by api: RemoteAPI) async throws -> String {
    if let id { return try await api.delete("/dead-letters/\(id)") }
    let parameters = [
      ("job_id", job), ("older_than_days", olderThan.map(String.init)), ("all", all ? "true" : nil),
    ]
    return try await api.delete(
      "/dead-letters", parameters.compactMap { name, value in value.map { (name, $0) } })
  }
}

import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7History
import Ctx7Model

struct DeadLettersRetry: Command {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Run the job of a dead letter again, by its present configuration.",
    discussion: "The letter stays, marked as retried, until it is purged.")

  @Argument(help: "The number of the letter, as 'dlq list' shows it.")
  var id: Int64

  @OptionGroup var message: MessageOptions
  @OptionGroup var location: LocationOptions

  func run() async throws {
    let locations = location.locations
    let letter = try HistoryStore(path: locations.historyFile, access: .readOnly).requireLetter(
      id, in: locations.scope)
    let job = letter.jobID
    let resolved = try JobTarget(job, locations).require()
    if let api = RemoteAPI(locations) {
      return message.say(try await api.message("/dead-letters/\(id)/retry"))
    }
    let request = try await ExecutionRequest.begin(resolved, by: "dead letter \(id)", locations)
    try StateDirectory(locations).asOwner {
      try HistoryStore(path: locations.historyFile).markRetried(id, at: .now)
    }
    message.say("\(job) is started as \(request.executionID)")
  }
}

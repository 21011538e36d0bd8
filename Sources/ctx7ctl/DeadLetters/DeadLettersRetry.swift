import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7History
import Ctx7Model
import Ctx7Systemd

struct DeadLettersRetry: Command {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Run the job of a dead letter again, by its present configuration.",
    discussion: "The letter stays, marked as retried, until it is purged.")

  @Argument(help: "The number of the letter, as 'dlq list' shows it.")
  var id: Int64

  @OptionGroup var location: LocationOptions

  func run() async throws {
    let locations = location.locations
    let letter = try HistoryStore(path: locations.historyFile, access: .readOnly).letter(id)
    let job = letter.jobID
    try JobTarget(job, locations).require()
    let bus: SystemBus
    do { bus = try SystemBus(locations.manager) } catch {
      throw Failure(
        .unavailable, "no systemd runs here to start \(job.serviceUnit)",
        hint: "run it in the foreground: ctx7-job-exec --job \(job)")
    }
    let suffix = String(UInt32.random(in: 0x1000_0000 ... .max), radix: 16)
    let request = ExecutionRequest(
      executionID: "\(job)_\(suffix)", correlationID: "manual_\(suffix)", jobID: job, requestedAt: .now,
      requestedBy: "dead letter \(id)")
    let owner = StateDirectory(locations)
    try owner.asOwner { try HistoryStore(path: locations.historyFile).request(request) }
    do { try bus.queueStart(job.serviceUnit) } catch {
      throw Failure(.unavailable, "\(job.serviceUnit) was not started: \(error)", hint: "run this as root")
    }
    try owner.asOwner { try HistoryStore(path: locations.historyFile).markRetried(id, at: .now) }
    Console.standardOutput("\(job) is started as \(request.executionID)")
  }
}

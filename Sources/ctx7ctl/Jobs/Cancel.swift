import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7Executor
import Ctx7History
import Ctx7Model
import Ctx7Systemd
import Foundation

struct Cancel: Command {
  static let configuration = CommandConfiguration(
    abstract: "Stop what runs of a job, and its wait for a retry.",
    discussion: "Executions end as cancelled; the timer goes on.")

  @Argument(help: "The job.", completion: .jobs)
  var job: String

  @OptionGroup var message: MessageOptions
  @OptionGroup var location: LocationOptions

  func run() async throws {
    let locations = location.locations
    let id = try JobID(argument: job)
    let resolved = try JobTarget(id, locations).require()
    let history = try HistoryStore(path: locations.historyFile, access: .readOnly)
    let running = try history.openAttempts(of: id)
    let waiting = try history.pendingRetries(of: id)
    guard !running.isEmpty || !waiting.isEmpty else {
      return message.say("nothing of \(id) runs or waits for a retry")
    }
    if let bus = try? SystemBus(locations.manager) { try bus.stop([id.serviceUnit]) }
    try stopByHand(running.filter { $0.invocationID == nil }, locations)
    try endWaits(of: id, resolved, locations)
    let stopped =
      running.map { "\($0.id) is stopped" } + waiting.map { "the retry of \($0.id) is called off" }
    message.say(stopped.joined(separator: message.json ? ", " : "\n"))
  }

  /// Executions outside of units: the lock names the process, and is only believed while it is held.
  private func stopByHand(_ records: [ExecutionRecord], _ locations: Locations) throws {
    for record in records {
      guard let process = JobLock.holder(record.jobID, slot: record.slot, in: locations.lockDirectory) else {
        continue
      }
      guard kill(process, SIGTERM) == 0 || errno == ESRCH else {
        throw Failure(
          .noPermission, "\(record.id) runs as process \(process): \(String(cString: strerror(errno)))",
          hint: "run this as root or as the user who started it")
      }
    }
  }

  /// The stop of a unit that waits for its restart runs nothing of ours.
  private func endWaits(of id: JobID, _ job: ResolvedJob, _ locations: Locations) throws {
    try StateDirectory(locations).enter()
    let history = try HistoryStore(path: locations.historyFile)
    for record in try history.pendingRetries(of: id) {
      try history.abandonRetry(record, reason: "its retry was cancelled", at: .now, letterOf: job)
    }
  }
}

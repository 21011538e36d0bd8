import Ctx7CLI
import Ctx7Model
import Ctx7Systemd

/// What a job logs from a moment on, until its unit has ended.
final class FollowedLog {
  private let unit: String
  private let logs: String
  private let journal: Journal
  /// The runs of the unit that systemd has said the end of.
  private var ended: Set<String> = []
  private static let patience = Duration.seconds(5)

  /// Begins with what comes after now.
  init(of job: JobID, _ locations: Locations) throws {
    unit = job.serviceUnit
    logs = locations.scope.command("ctx7ctl logs \(job)")
    journal = try Journal(
      matching: [.job(job, locations)]
        + Journal.Match.endMessages.map {
          Journal.Match(locations.scope == .user ? "USER_UNIT" : "UNIT", job.serviceUnit).and(
            "MESSAGE_ID", $0)
        })
    _ = try journal.last(0)
  }

  /// Shows what has come.
  func show() throws {
    // A file that the journal has begun since is not seen without this.
    try journal.wait(milliseconds: 0)
    while let entry = try journal.next() {
      if let id = entry.messageID, Journal.Match.endMessages.contains(id) {
        ended.insert(entry.subjectInvocationID ?? "")
      } else {
        Console.standardError(entry.line)
      }
    }
  }

  /// Shows the rest.
  ///
  /// The journal takes in what the processes of a run have sent before what systemd says of their end: all of it comes
  /// by one socket.
  ///
  /// - Parameter invocationID: of the run; nil for one that is not known, whose end is the first that comes.
  func showRest(of invocationID: String?) async throws {
    let invocationID = invocationID?.replacing("-", with: "")
    let start = ContinuousClock.now
    while invocationID.map({ !ended.contains($0) }) ?? ended.isEmpty {
      guard ContinuousClock.now - start < Self.patience else {
        return Console.standardError(
          "note: the journal does not tell of the end of \(unit), so lines may be missing; \(logs) shows what it has"
        )
      }
      try await Task.sleep(for: .milliseconds(20))
      try show()
    }
  }
}

extension Journal.Match {
  /// By which systemd says that a unit has ended, well or not (systemd.catalog: "Unit succeeded", "Unit failed").
  fileprivate static let endMessages = [
    "7ad2d189f7e94e70a38c781354912448", "d9b373ed55a64feb8242e02dbe79a49c",
  ]
}

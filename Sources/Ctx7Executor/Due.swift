internal import Ctx7Database
internal import Ctx7History
internal import Ctx7Model

extension Execution {
  /// Counts what was missed before a firing, and says it.
  func account(for due: DueFiring) throws(StorageError) {
    try history.account(for: due, of: firing.job.config.id, at: surroundings.now())
    if let words = due.missedInWords {
      reporter.notice("\(firing.job.config.id): \(words)", firing.job.config.id)
    }
  }
}

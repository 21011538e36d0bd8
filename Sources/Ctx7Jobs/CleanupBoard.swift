internal import Ctx7Documents
internal import Ctx7Model
internal import Synchronization

/// Adds up how far a cleanup has come, and reports it after every batch.
final class CleanupBoard: Sendable {
  private let workspaces: Int
  private let report: @Sendable (JobProgress) -> Void
  private let counts = Mutex((begun: 0, ended: 0, documents: 0))

  init(workspaces: Int, report: @escaping @Sendable (JobProgress) -> Void) {
    self.workspaces = workspaces
    self.report = report
  }

  func begin() { update { $0.begun += 1 } }

  func count(_ documents: Int) { update { $0.documents += documents } }

  func end() { update { $0.ended += 1 } }

  private func update(_ change: (inout (begun: Int, ended: Int, documents: Int)) -> Void) {
    let counts = counts.withLock { counts in
      change(&counts)
      return counts
    }
    report(
      JobProgress(
        text: "workspace \(counts.begun) of \(workspaces), \(counts.documents.counted("document")) deleted",
        done: counts.ended, total: workspaces))
  }
}

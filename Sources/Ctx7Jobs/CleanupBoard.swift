internal import Ctx7Model
internal import Synchronization

/// Adds up how far a cleanup has come, and reports it after every batch.
final class CleanupBoard: Sendable {
  private let report: @Sendable (JobProgress) -> Void
  private let counts = Mutex(Counts())

  private struct Counts {
    var workspaces = 0
    var begun = 0
    var documents = 0
  }

  init(report: @escaping @Sendable (JobProgress) -> Void) {
    self.report = report
  }

  func found(_ workspaces: Int) { update { $0.workspaces = workspaces } }

  /// Reports the same again: the job is alive, and waits for somebody.
  func touch() { update { _ in } }

  func begin() { update { $0.begun += 1 } }

  func count(_ documents: Int) { update { $0.documents += documents } }

  private func update(_ change: (inout Counts) -> Void) {
    let counts = counts.withLock { counts in
      change(&counts)
      return counts
    }
    report(
      JobProgress(
        text:
          "workspace \(counts.begun) of \(counts.workspaces), \(counts.documents.counted("document")) deleted"
      ))
  }
}

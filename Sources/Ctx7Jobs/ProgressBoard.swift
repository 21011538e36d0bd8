internal import Ctx7Documents
internal import Ctx7Model
internal import Synchronization

/// Adds up how far all workspaces have come, and reports it after every document.
final class ProgressBoard: Sendable {
  private struct Counts {
    var begun = 0
    var ended = 0
    var total = 0
    var done = 0
    var failed = 0
    var working: [WorkspaceName] = []
  }

  private let workspaces: Int
  private let report: @Sendable (JobProgress) -> Void
  private let counts = Mutex(Counts())

  init(workspaces: Int, report: @escaping @Sendable (JobProgress) -> Void) {
    self.workspaces = workspaces
    self.report = report
  }

  /// Not a report yet: how many documents there are is known a moment later.
  func begin(_ workspace: WorkspaceName) {
    counts.withLock {
      $0.begun += 1
      $0.working.append(workspace)
    }
  }

  func add(_ candidates: Int) {
    update { $0.total += candidates }
  }

  func count(_ fate: DocumentFate) {
    update {
      $0.done += 1
      if case .failed = fate { $0.failed += 1 }
    }
  }

  func end(_ workspace: WorkspaceName) {
    update {
      $0.ended += 1
      $0.working.removeAll { $0 == workspace }
    }
  }

  /// Reports the same again: the job is alive, and waits for somebody.
  func touch() { update { _ in } }

  private func update(_ change: (inout Counts) -> Void) {
    let counts = counts.withLock { counts in
      change(&counts)
      return counts
    }
    var text = "workspace \(counts.begun) of \(workspaces)"
    if let current = counts.working.first { text += " (\(current))" }
    text += ", \(counts.done) of \(counts.total) documents"
    if counts.failed > 0 { text += ", \(counts.failed) failed" }
    report(JobProgress(text: text))
  }
}

internal import Ctx7Model

extension JobContext {
  /// Does what may say nothing for minutes, and reports in its place that it goes on.
  ///
  /// - Parameter pause: between two reports of the same; well below the unit's `WatchdogSec=`.
  func reporting<Value: Sendable>(
    _ text: String, every pause: Duration = .seconds(60),
    _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
      group.addTask { try await body() }
      group.addTask {
        while true {
          report(JobProgress(text: text))
          try await Task.sleep(for: pause)
        }
      }
      defer { group.cancelAll() }
      guard let value = try await group.next() else { throw CancellationError() }
      return value
    }
  }
}

internal import NIOCore

extension EventLoop {
  /// Sleeps for `duration`.
  ///
  /// `Task.sleep` keeps the timer of a sleep that was cancelled until it would have ended. Each request has a time-out,
  /// and nearly all are cancelled: those of a minute's requests would add up. An event loop forgets them at once.
  ///
  /// - Throws: `CancellationError`.
  func sleep(for duration: Duration) async throws(CancellationError) {
    let timer = scheduleTask(in: TimeAmount(duration)) {}
    do {
      try await withTaskCancellationHandler {
        try await timer.futureResult.get()
      } onCancel: {
        timer.cancel()
      }
    } catch {
      // What else may fail a timer, its loop's end, does not happen to the loops that all share.
      throw CancellationError()
    }
  }
}

internal import Ctx7History
internal import Ctx7Model

extension Execution {
  /// How often those who wait for a slot look, in milliseconds.
  private static let pollMilliseconds = 100

  /// Waits in line until it is this execution's turn; nil when it is told to stop before.
  ///
  /// Whoever is first takes the slot; the kernel tells nobody when one gets free, so all look now and then.
  func turn(of place: consuming HostSlots.Place, _ host: HostSlots) async -> HostSlots.Slot? {
    var lastShown: Int64?
    var obstacle: String?
    while true {
      let ahead = host.ahead(of: place)
      do {
        if ahead == 0, let slot = try host.take() { return slot }
      } catch {
        // It may last as long as the wait, and is the same each time.
        if obstacle != error.description {
          reporter.warning("\(config.id) waits for a slot, but: \(error)", config.id)
        }
        obstacle = error.description
      }
      let now = surroundings.uptimeMilliseconds()
      if lastShown.map({ now - $0 >= 1000 }) ?? true {
        reporter.waits(
          "waiting for one of \(host.slots) slots (max_concurrent_jobs), \(ahead) ahead in the queue")
        lastShown = now
      }
      guard (try? await Task.sleep(for: .milliseconds(Self.pollMilliseconds))) != nil else { return nil }
    }
  }

  /// Whether a process that was started at boot goes away at once: until it ends, the boot counts as unfinished.
  ///
  /// It exits with 75, systemd waits for the first delay of the policy, and the restarted process for the rest.
  func leavesWaitToSystemd(_ failed: ExecutionRecord) -> Bool {
    guard setting == .unit, !firing.isRestart, firing.requestedID == nil,
      let due = failed.ending?.nextAttemptAt
    else { return false }
    return due.milliseconds(since: surroundings.now()) > Int64(config.retry.delay(beforeRetry: 1)) * 1000
  }

  /// Waits until a retry is due, holding no slot.
  ///
  /// - Returns: the result when there will be no retry: the wait was stopped.
  func wait(forRetryOf failed: ExecutionRecord, _ stop: StopSignal) async throws -> ExecutionResult? {
    guard let due = failed.ending?.nextAttemptAt else { preconditionFailure("a retry has its time") }
    let number = failed.retryCount + 1
    // The wall clock may have been set since; no wait is longer than the policy's.
    let longest = Int64(config.retry.delay(beforeRetry: number)) * 1000
    let rest = max(0, min(due.milliseconds(since: surroundings.now()), longest))
    // One more, since both clocks are read in whole milliseconds: late is fine, early is not.
    let end = surroundings.uptimeMilliseconds() + (rest > 0 ? rest + 1 : 0)
    while surroundings.uptimeMilliseconds() < end {
      reporter.waits("waiting for retry \(number) of \(config.retry.maxRetries), due \(due)")
      let slice = min(end - surroundings.uptimeMilliseconds(), 1000)
      if (try? await Task.sleep(for: .milliseconds(slice))) == nil {
        let outcome = outcome(of: stop)
        // What a shutdown interrupts is still due at the next boot.
        if outcome != .interrupted { try await abandon(failed) }
        return result(outcome)
      }
      // Somebody may have called the retry off, who cannot know this process.
      guard try history.pendingRetries(of: config.id).contains(where: { $0.id == failed.id }) else {
        return result(.cancelled(signal: 15))
      }
    }
    reporter.beginsAfterWait(timeoutSeconds: config.timeoutSeconds)
    return nil
  }
}

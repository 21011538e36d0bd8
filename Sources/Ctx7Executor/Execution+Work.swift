internal import Ctx7History
internal import Ctx7Model

extension Execution {
  /// Lets the work race against its deadline and the first signal; whatever comes first is the outcome.
  func perform(_ record: ExecutionRecord, _ stop: StopSignal) async -> Outcome {
    let context = context(record)
    let timeout = config.timeoutSeconds
    return await withTaskGroup(of: Outcome?.self) { [job] group in
      group.addTask { await Self.work(job, context) }
      group.addTask {
        guard (try? await Task.sleep(for: .seconds(timeout))) != nil else { return nil }
        return .timedOut(seconds: timeout)
      }
      group.addTask {
        await warnBeforeDeadline(record)
        return nil
      }
      group.addTask { [reporter] in
        while (try? await Task.sleep(for: .milliseconds(500))) != nil { reporter.catchUp() }
        return nil
      }
      for await outcome in group {
        guard let ended = outcome else { continue }
        group.cancelAll()
        // Many a job that is stopped reports the stop as an error: that is no failure of its own.
        if case .failed = ended, stop.signal != nil { return self.outcome(of: stop) }
        return ended
      }
      return outcome(of: stop)
    }
  }

  /// How work ends that was told to stop.
  func outcome(of stop: StopSignal) -> Outcome {
    guard let signal = stop.signal else {
      preconditionFailure("the work and its deadline ended without an outcome, and without a signal")
    }
    return setting == .unit && signal != 2 && surroundings.systemIsStopping()
      ? .interrupted : .cancelled(signal: signal)
  }

  /// Every way in which the work itself can end; nil when it was told to stop, and why is known elsewhere.
  private static func work(_ job: any Job, _ context: JobContext) async -> Outcome? {
    do {
      let report = try await job.run(context)
      guard let failure = report.failure else { return .succeeded(report) }
      return .failed(failure, report)
    } catch {
      return Task.isCancelled ? nil : .failed(JobFailure(error), nil)
    }
  }

  private func warnBeforeDeadline(_ record: ExecutionRecord) async {
    let seconds = Double(config.timeoutSeconds) * AlertRules.timeoutWarningShare
    guard (try? await Task.sleep(for: .seconds(seconds))) != nil else { return }
    let alert = Alert(
      .timeoutWarning, .warning, jobID: config.id, executionID: record.id,
      message:
        "\(config.id) has run for \(seconds.asDuration), and is stopped after \(Double(config.timeoutSeconds).asDuration)",
      details: ["elapsed_seconds": .number(seconds), "timeout_seconds": JSONValue(config.timeoutSeconds)],
      timestamp: surroundings.now())
    await alerting.tell(alert, config.alerts)
  }

  private func context(_ record: ExecutionRecord) -> JobContext {
    let (reporter, id) = (reporter, config.id)
    return JobContext(
      jobID: id, executionID: record.id, correlationID: record.correlationID,
      retryCount: record.retryCount, startedAt: record.startedAt, now: surroundings.now,
      uptimeMilliseconds: surroundings.uptimeMilliseconds,
      report: { reporter.progress($0) },
      emit: { reporter.metrics($0, jobID: id) }, output: { reporter.output($0, jobID: id) },
      debug: { reporter.debug($0, id) }, isAlive: { reporter.proveAlive() })
  }
}

internal import Ctx7Model

extension UnitFile {
  /// The directives that let systemd wait for the retries of a job (systemd.service(5), "Restart=").
  ///
  /// systemd knows no end of it: a restarted process asks the history whether another attempt is due.
  static func restarting(_ policy: RetryPolicy, _ target: UnitTarget) -> [Directive] {
    guard policy.maxRetries > 0, !policy.retryOn.isEmpty else { return [] }
    return [
      Directive("Restart", "on-failure"),
      Directive("RestartSec", "\(policy.delay(beforeRetry: 1))s"),
      Directive("RestartPreventExitStatus", preventing),
    ] + backoff(policy, target)
  }

  /// Everything but 75, "try again", and 143, which is a success; and the signals of programming errors.
  private static let preventing =
    ((1...255).filter { $0 != ExitStatus.tryAgain.rawValue && $0 != ExitStatus.terminated.rawValue }
    .map(String.init) + FatalSignal.allCases.map { "SIG\($0.rawValue)" }).joined(separator: " ")

  /// Delays that grow as the policy's do, as far as systemd's formula can follow; the rest of a delay the
  /// restarted process waits itself.
  ///
  /// Not with `RestartMode=direct`: the start would count as unfinished until the last retry, and so would a boot that
  /// it is a part of.
  private static func backoff(_ policy: RetryPolicy, _ target: UnitTarget) -> [Directive] {
    guard target.knows("RestartSteps") else { return [] }
    let first = policy.delay(beforeRetry: 1)
    var (steps, longest) = (0, first)
    // systemd's delays are no whole seconds where the factor is none, and a retry would come late.
    if policy.multiplier > 1, policy.multiplier == policy.multiplier.rounded() {
      while steps + 1 < policy.maxRetries {
        let next = longest * Int(policy.multiplier)
        guard next <= policy.maxDelaySeconds else { break }
        (steps, longest) = (steps + 1, next)
      }
    }
    guard steps > 0 else { return [] }
    return [Directive("RestartSteps", "\(steps)"), Directive("RestartMaxDelaySec", "\(longest)s")]
  }
}

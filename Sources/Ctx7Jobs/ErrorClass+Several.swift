internal import Ctx7Model

extension ErrorClass {
  /// The class of several failures together; nil without any.
  ///
  /// It is that of the most failures that may pass, whatever else failed beside them: the next attempt helps these.
  /// Where there are none, it is that of the most failures; of the first one among equals.
  init?(decidedBy failures: [JobFailure]) {
    let passing = failures.filter { RetryPolicy.transientErrors.contains($0.errorClass) }
    let deciding = passing.isEmpty ? failures : passing
    let counts = deciding.reduce(into: [ErrorClass: Int]()) { $0[$1.errorClass, default: 0] += 1 }
    guard let most = counts.values.max(), let first = deciding.first(where: { counts[$0.errorClass] == most })
    else { return nil }
    self = first.errorClass
  }
}

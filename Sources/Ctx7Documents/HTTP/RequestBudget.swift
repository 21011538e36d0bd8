internal import Synchronization

/// The requests that one run may send to sources.
final class RequestBudget: Sendable {
  private let limit: Int?
  private let taken = Mutex(0)

  /// - Parameter limit: nil for as many as it takes.
  init(_ limit: Int?) {
    self.limit = limit
  }

  /// Takes one request out.
  ///
  /// - Throws: `WebFailure.budgetSpent` when none is left.
  func take() throws(WebFailure) {
    guard let limit else { return }
    let isLeft = taken.withLock { taken in
      guard taken < limit else { return false }
      taken += 1
      return true
    }
    guard isLeft else { throw .budgetSpent(limit: limit) }
  }
}

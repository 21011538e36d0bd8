internal import Ctx7Database
internal import Ctx7Model

/// How long attempts took, counted in classes: a histogram as Prometheus knows it, kept up to date with each attempt.
public struct DurationHistogram: Hashable, Sendable {
  /// The upper bounds of the classes in seconds, each inclusive; one more class has no bound.
  ///
  /// They are stored by position: others need a migration.
  public static let bounds: [Double] = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400]

  /// Attempts in each class, one class more than there are bounds.
  public private(set) var counts: [Int]
  /// The durations of all attempts together.
  public private(set) var sumSeconds: Double

  /// Nothing counted yet.
  public init() {
    counts = Array(repeating: 0, count: Self.bounds.count + 1)
    sumSeconds = 0
  }

  mutating func count(_ seconds: Double) {
    counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
    sumSeconds += seconds
  }

  /// As it is stored.
  var json: JSONValue { .array(counts.map { JSONValue($0) }) }

  init(json: JSONValue, sumSeconds: Double) throws {
    let counts = json.array?.compactMap(\.integer) ?? []
    guard counts.count == Self.bounds.count + 1 else { throw UnreadableValue("a histogram of durations") }
    self.counts = counts
    self.sumSeconds = sumSeconds
  }
}

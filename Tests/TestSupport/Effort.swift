internal import Foundation

/// How much a test that draws at random does: a bounded part in `make test`, all of it in `make prove`.
public enum Effort {
  /// Whether `PROVE` is set.
  public static let isProof = ProcessInfo.processInfo.environment["PROVE"] != nil

  /// One number for `make test`, another for `make prove`.
  public static func cases(_ usual: Int, prove: Int) -> Int { isProof ? prove : usual }

  /// The seed of this run: `SEED`, or a new one.
  public static let seed: UInt64 = {
    let seed =
      ProcessInfo.processInfo.environment["SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 1...999_999)
    print("seed: SEED=\(seed)")
    return seed
  }()
}

/// Numbers that a seed repeats (SplitMix64).
public struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  /// Creates a generator; the same seed gives the same numbers.
  public init(seed: UInt64) { state = seed }

  /// The next number.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

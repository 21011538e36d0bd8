/// A set of years from 1970 to 2199, those that systemd's calendar knows.
struct YearSet: Hashable, Sendable {
  private var words: SIMD4<UInt64>

  static let range = 1970...2199
  static let all = YearSet(range)

  private init(words: SIMD4<UInt64>) { self.words = words }

  init(_ years: some Sequence<Int>) {
    words = .zero
    for year in years { insert(year) }
  }

  mutating func insert(_ year: Int) {
    guard Self.range.contains(year) else { return }
    let bit = year - Self.range.lowerBound
    words[bit >> 6] |= 1 << UInt64(bit & 63)
  }

  func contains(_ year: Int) -> Bool {
    guard Self.range.contains(year) else { return false }
    let bit = year - Self.range.lowerBound
    return words[bit >> 6] >> UInt64(bit & 63) & 1 == 1
  }

  /// The first year of the set that is not before `year`.
  func first(from year: Int) -> Int? {
    guard year <= Self.range.upperBound else { return nil }
    var bit = max(0, year - Self.range.lowerBound)
    while bit < 256 {
      let rest = words[bit >> 6] >> UInt64(bit & 63)
      if rest != 0 { return Self.range.lowerBound + bit + rest.trailingZeroBitCount }
      bit = (bit | 63) + 1
    }
    return nil
  }

  /// The last year of the set that is not after `year`.
  func last(through year: Int) -> Int? {
    guard year >= Self.range.lowerBound else { return nil }
    var bit = min(year, Self.range.upperBound) - Self.range.lowerBound
    while bit >= 0 {
      let rest = words[bit >> 6] << UInt64(63 - bit & 63)
      if rest != 0 { return Self.range.lowerBound + bit - rest.leadingZeroBitCount }
      bit = (bit & ~63) - 1
    }
    return nil
  }

  var isEmpty: Bool { words == .zero }

  /// Ascending.
  var values: [Int] { Self.range.filter(contains) }

  func intersection(_ other: YearSet) -> YearSet { YearSet(words: words & other.words) }
}

extension UInt64 {
  /// The lowest bit set that is not below `value`.
  func firstBit(from value: Int) -> Int? {
    guard value < 64 else { return nil }
    let rest = self >> UInt64(value)
    return rest == 0 ? nil : value + rest.trailingZeroBitCount
  }

  /// The highest bit set that is not above `value`.
  func lastBit(through value: Int) -> Int? {
    guard value >= 0 else { return nil }
    let rest = self << UInt64(63 - Swift.min(value, 63))
    return rest == 0 ? nil : Swift.min(value, 63) - rest.leadingZeroBitCount
  }

  func hasBit(_ value: Int) -> Bool { self >> UInt64(value) & 1 == 1 }

  /// The bits of a closed range of at most 63 values.
  init(bits range: ClosedRange<Int>) {
    self = ((1 << UInt64(range.upperBound - range.lowerBound + 1)) - 1) << UInt64(range.lowerBound)
  }

  /// The places of the set bits, ascending.
  var bitPlaces: [Int] {
    var places: [Int] = []
    var rest = self
    while rest != 0 {
      places.append(rest.trailingZeroBitCount)
      rest &= rest - 1
    }
    return places
  }
}

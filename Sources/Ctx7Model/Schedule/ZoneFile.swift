/// The contents of a compiled zone file (RFC 8536), the 64-bit part of it.
struct ZoneFile {
  private(set) var transitions: [Int64] = []
  /// One more than there are transitions: the first holds before all of them.
  private(set) var offsets: [Int] = []
  /// Whether each offset is called daylight saving time.
  private(set) var daylight: [Bool] = []
  /// The rule after the last transition; nil when the offset stays.
  private(set) var footer: ZoneFooter?

  init?(_ bytes: [UInt8]) {
    func integer(_ at: Int, _ size: Int) -> Int64? {
      guard at >= 0, at + size <= bytes.count else { return nil }
      let value = bytes[at..<at + size].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return size == 8 ? Int64(bitPattern: value) : Int64(Int32(truncatingIfNeeded: value))
    }
    /// The six counts of a header: isut, isstd, leap, time, type, char.
    func counts(_ header: Int) -> [Int]? {
      guard bytes.count >= header + 44, bytes[header..<header + 4].elementsEqual("TZif".utf8) else {
        return nil
      }
      let counts = (0..<6).compactMap { integer(header + 20 + $0 * 4, 4).map(Int.init) }
      return counts.allSatisfy { (0...100_000).contains($0) } ? counts : nil
    }
    guard let old = counts(0), bytes[4] >= UInt8(ascii: "2") else { return nil }
    let header = 44 + old[3] * 5 + old[4] * 6 + old[5] + old[2] * 8 + old[1] + old[0]
    guard let new = counts(header), new[4] > 0 else { return nil }
    let (leaps, times, types, characters) = (new[2], new[3], new[4], new[5])
    let data = header + 44
    let typeData = data + times * 9
    var typeOffsets: [Int] = []
    for type in 0..<types {
      guard let offset = integer(typeData + type * 6, 4), typeData + type * 6 + 4 < bytes.count else {
        return nil
      }
      typeOffsets.append(Int(offset))
    }
    func isDaylight(_ type: Int) -> Bool { bytes[typeData + type * 6 + 4] != 0 }
    offsets = [typeOffsets[0]]
    daylight = [isDaylight(0)]
    for index in 0..<times {
      guard let instant = integer(data + index * 8, 8) else { return nil }
      let type = Int(bytes[data + times * 8 + index])
      guard type < types, instant > transitions.last ?? .min else { return nil }
      transitions.append(instant)
      offsets.append(typeOffsets[type])
      daylight.append(isDaylight(type))
    }
    let footerStart = typeData + types * 6 + characters + leaps * 12 + new[1] + new[0]
    guard footerStart < bytes.count, bytes[footerStart] == UInt8(ascii: "\n"),
      let end = bytes[(footerStart + 1)...].firstIndex(of: UInt8(ascii: "\n"))
    else { return nil }
    footer = ZoneFooter(String(decoding: bytes[(footerStart + 1)..<end], as: UTF8.self))
  }
}

import Ctx7Model
import Testing

@Suite struct TimestampTests {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2026-11-24T03:00:00Z", 1_795_489_200_000),
      ("2026-11-24T03:00:00.5+01:00", 1_795_485_600_500), ("2000-02-29t23:59:59.999z", 951_868_799_999),
      ("1969-12-31T23:59:59.001Z", -999), ("2026-11-24 03:00:00.123456789-12:30", 1_795_534_200_123),
    ] as [(String, Int64)])
  func `RFC 3339 is read to the millisecond`(text: String, milliseconds: Int64) {
    #expect(Timestamp(rfc3339: text)?.rawValue == milliseconds)
  }

  @Test(arguments: [
    "", "2026-11-24", "2026-11-24T03:00:00", "2026-11-24T03:00Z", "2026-02-29T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-11-24T24:00:00Z", "2026-11-24T03:00:60Z", "2026-11-24T03:00:00.Z", "2026-11-24T03:00:00+1:00",
    "2026-11-24T03:00:00Zx", "２０２６-11-24T03:00:00Z", "2026-00-10T00:00:00Z", "2026-11-00T00:00:00Z",
  ])
  func `what is no RFC 3339 time with a zone is refused`(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }

  @Test func `a time that is written is read back`() {
    for milliseconds in stride(from: Int64(-5_000_000_000_000), through: 5_000_000_000_000, by: 7_777_777_777)
    {
      let timestamp = Timestamp(rawValue: milliseconds)
      #expect(Timestamp(rfc3339: timestamp.description) == timestamp)
    }
  }

  @Test func `civil days count through leap years and centuries`() {
    var date = CivilTime(year: 1896, month: 1, day: 1)
    let first = date.daysSinceEpoch
    for offset in 0..<100_000 {
      let found = CivilTime(daysSinceEpoch: first + offset)
      #expect(found == date)
      if date.day < CivilTime.days(inMonth: date.month, of: date.year) {
        date.day += 1
      } else {
        date = CivilTime(
          year: date.month == 12 ? date.year + 1 : date.year, month: date.month % 12 + 1, day: 1)
      }
    }
    #expect(CivilTime(year: 1970, month: 1, day: 1).weekday == 4)
    #expect(CivilTime(year: 1900, month: 1, day: 1).weekday == 1)
    #expect(CivilTime(year: 2026, month: 11, day: 24).weekday == 2)
  }
}

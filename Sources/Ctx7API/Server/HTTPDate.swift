internal import Ctx7Model

/// A time as HTTP headers have it (RFC 9110 §5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
struct HTTPDate {
  let text: String

  init(_ instant: Timestamp) {
    let civil = CivilTime(secondsSinceEpoch: instant.seconds)
    let days = Int(instant.seconds / 86_400)
    // 1970-01-01 was a Thursday.
    let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][days % 7]
    let month = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ][civil.month - 1]
    text = "\(weekday), \(civil.day.padded(to: 2)) \(month) \(civil.year) \(civil.timeText) GMT"
  }
}

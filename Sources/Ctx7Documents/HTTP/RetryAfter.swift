internal import Ctx7Model
internal import Foundation

/// How long a server asks to be left alone, as its answer says: `Retry-After` in seconds or as a date
/// (RFC 9110 §10.2.3), or the `retry-after-ms` of some providers of models.
enum RetryAfter {
  /// A day; what asks for more is taken for a mistake.
  private static let longest = Duration.seconds(86_400)

  /// - Parameter headers: by lower-case name.
  /// - Returns: nil where nothing is asked for, or nothing that can be meant.
  static func read(_ headers: [String: String], receivedAt now: Timestamp) -> Duration? {
    if let milliseconds = headers["retry-after-ms"].flatMap(Double.init),
      (0...86_400_000).contains(milliseconds)
    {
      return .milliseconds(milliseconds)
    }
    guard let text = headers["retry-after"],
      let asked = Int(text).map(Duration.seconds) ?? untilDate(text, now),
      (.zero...longest).contains(asked)
    else { return nil }
    return asked
  }

  /// A date that has passed asks for no wait.
  private static func untilDate(_ text: String, _ now: Timestamp) -> Duration? {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = .gmt
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
    guard let date = format.date(from: text) else { return nil }
    let milliseconds = date.timeIntervalSince1970 * 1000 - Double(now.rawValue)
    return .milliseconds(max(milliseconds, 0))
  }
}

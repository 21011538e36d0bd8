internal import Ctx7Model

/// A point in time as a page shows it: relative for people, absolute for whoever hovers or listens.
struct Moment {
  private let instant: Timestamp
  private let now: Timestamp

  init(_ instant: Timestamp, now: Timestamp) {
    self.instant = instant
    self.now = now
  }

  /// "in 3 h", "2 days ago"
  var relative: HTML {
    "<time datetime=\"\(instant.description)\" title=\"\(text)\">\(distance)</time>"
  }

  /// "2026-11-24 03:00:00 UTC"
  var absolute: HTML {
    "<time datetime=\"\(instant.description)\">\(text)</time>"
  }

  private var text: String {
    let seconds = Timestamp(seconds: instant.seconds).description
    return "\(seconds.prefix(10)) \(seconds.dropFirst(11).prefix(8)) UTC"
  }

  private var distance: String {
    let seconds = (instant.rawValue - now.rawValue) / 1000
    let size = abs(seconds)
    let amount =
      switch size {
      case ..<60: "\(size) s"
      case ..<3600: "\(size / 60) min"
      case ..<(2 * 86_400): "\(size / 3600) h"
      default: "\(size / 86_400) days"
      }
    return seconds >= 0 ? "in \(amount)" : "\(amount) ago"
  }
}

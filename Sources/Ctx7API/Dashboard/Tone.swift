internal import Ctx7History
internal import Ctx7Model

/// What a state means to who reads it; the name is the class in the style sheet.
enum Tone: String {
  case good, warn, bad, idle, run

  /// A state as a dot and a word.
  func label(_ word: String) -> HTML {
    "<span class=\"state \(rawValue)\">\(word)</span>"
  }
}

extension ExecutionStatus {
  var tone: Tone {
    switch self {
    case .completed: .good
    case .failed: .bad
    case .retry: .warn
    case .cancelled: .idle
    case .pending, .running: .run
    }
  }
}

extension JobMetrics.Health {
  var tone: Tone {
    switch self {
    case .unknown: .idle
    case .healthy: .good
    case .degraded: .warn
    case .unhealthy: .bad
    }
  }
}

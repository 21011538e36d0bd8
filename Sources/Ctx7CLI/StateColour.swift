/// The colours of states on a terminal; every command has the same ones.
enum StateColour {
  /// Wraps a word in its colour (ECMA-48, SGR); words that are no state stay as they are.
  static func paint(_ word: String) -> String {
    guard let code = code(of: word) else { return word }
    return "\u{1B}[\(code)m\(word)\u{1B}[0m"
  }

  private static func code(of word: String) -> Int? {
    switch word {
    case "completed", "healthy", "fresh", "delivered", "ok": 32
    case "failed", "unhealthy", "expired", "gone", "failing", "damaged": 31
    case "degraded", "retry", "pending": 33
    case "running": 34
    case "disabled", "cancelled", "unknown", "off": 2
    default: nil
    }
  }
}

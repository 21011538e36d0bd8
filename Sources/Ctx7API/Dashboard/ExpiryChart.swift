internal import Ctx7Documents
internal import Ctx7Model

/// The documents by when they expire, as bars.
struct ExpiryChart {
  private struct Bar {
    let label: String
    let tone: Tone
    let count: Int
  }

  private static let bounds: [(label: String, days: Int64, tone: Tone)] = [
    ("expired", 0, .bad), ("1 day", 1, .warn), ("3 days", 3, .warn), ("7 days", 7, .good),
    ("14 days", 14, .good), ("30 days", 30, .good), ("60 days", 60, .good),
  ]

  let total: Int
  private let bars: [Bar]
  /// Of commands that work on these documents.
  private let option: String

  /// - Parameter store: nil when no document was ever tracked.
  init(_ store: DocumentStore?, _ scope: Scope, now: Timestamp) throws {
    option = scope.option
    let instants = Self.bounds.map { now.adding(seconds: $0.days * 86_400) }
    let counts = try store?.documentCounts(between: instants) ?? []
    total = try store?.documentCount() ?? 0
    let expiring = zip(Self.bounds.map { ($0.label, $0.tone) } + [("later", .good)], counts).map {
      Bar(label: $0.0, tone: $0.1, count: $1)
    }
    bars = [Bar(label: "not fetched", tone: .idle, count: max(total - counts.reduce(0, +), 0))] + expiring
  }

  var section: HTML {
    guard total > 0 else {
      return
        "<section><h2>Documents by expiry</h2><p class=\"soft\">No documents are tracked; <code>ctx7ctl documents add\(option)</code> begins with one.</p></section>"
    }
    let most = max(bars.map(\.count).max() ?? 1, 1)
    let summary = bars.map { "\($0.label): \($0.count)" }.joined(separator: ", ")
    let columns = bars.enumerated().map { index, bar -> HTML in
      let size = bar.count == 0 ? 0 : max(2, bar.count * 90 / most)
      let x = index * 80 + 8
      return """
        <rect class="\(bar.tone.rawValue)" x="\(x)" y="\(110 - size)" width="64" height="\(size)" rx="2"/>
        <text x="\(x + 32)" y="\(105 - size)" text-anchor="middle">\(bar.count)</text>
        <text x="\(x + 32)" y="126" text-anchor="middle">\(bar.label)</text>
        """
    }
    return """
      <section aria-labelledby="expiry"><h2 id="expiry">Documents by expiry</h2>
      <svg width="720" height="132" viewBox="0 0 720 132" role="img" aria-label="\(summary)"><title>\(summary)</title>
      <line class="axis" x1="0" y1="110" x2="720" y2="110"/>
      \(.joined(columns))
      </svg></section>
      """
  }
}

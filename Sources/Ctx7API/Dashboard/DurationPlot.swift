internal import Ctx7History
internal import Ctx7Model

/// The latest attempts of a job as bars: as high as they were long, coloured by how they ended.
struct DurationPlot {
  let points: [ExecutionPoint]
  var width = 160
  var height = 28
  /// Whether the longest duration is written beside it.
  var hasScale = false

  var html: HTML {
    guard !points.isEmpty else { return "<span class=\"soft\">no runs yet</span>" }
    let gutter = hasScale ? 64 : 0
    return """
      <svg width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)" role="img" aria-label="\(summary)">
      <title>\(summary)</title>
      \(scale)
      <line class="axis" x1="\(gutter)" y1="\(height)" x2="\(width)" y2="\(height)"/>
      \(.joined(bars(from: gutter)))
      </svg>
      """
  }

  private var longest: Double { max(points.compactMap(\.durationSeconds).max() ?? 0, 0.001) }

  private var summary: String {
    let failed = points.count { $0.status == .failed || $0.status == .retry }
    return "\(points.count.latest("run")), \(failed) failed, the longest \(longest.asDuration)"
  }

  private var scale: HTML {
    guard hasScale else { return "" }
    return "<text x=\"0\" y=\"11\">\(longest.asDuration)</text><text x=\"0\" y=\"\(height - 2)\">0</text>"
  }

  private func bars(from start: Int) -> [HTML] {
    // In thousandths of the width, so that whole numbers suffice.
    let slot = (width - start) * 1000 / max(points.count, hasScale ? points.count : 50)
    return points.enumerated().map { index, point in
      let share = (point.durationSeconds ?? longest) / longest
      let size = max(2, Int(share * Double(height - 2)))
      let x = (start * 1000 + index * slot)
      return """
        <rect class="\(point.status.tone.rawValue)" x="\(Self.decimal(x))" y="\(height - size)" width="\(Self.decimal(slot * 3 / 4))" height="\(size)"/>
        """
    }
  }

  private static func decimal(_ thousandths: Int) -> String {
    (Double(thousandths) / 1000).formatted(decimals: 2)
  }
}

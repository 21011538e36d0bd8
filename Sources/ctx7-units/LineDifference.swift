/// The difference of two texts in the unified format of diff(1), with three lines of context.
struct LineDifference {
  private enum Line {
    case kept(Substring)
    case removed(Substring)
    case added(Substring)
  }

  private let lines: [Line]
  private static let context = 3

  init(_ old: String, _ new: String) {
    let oldLines = old.split(separator: "\n", omittingEmptySubsequences: false).dropLast(
      old.hasSuffix("\n") || old.isEmpty ? 1 : 0)
    let newLines = new.split(separator: "\n", omittingEmptySubsequences: false).dropLast(
      new.hasSuffix("\n") || new.isEmpty ? 1 : 0)
    let changes = newLines.difference(from: oldLines)
    let removals = Set(changes.removals.map(Self.offset))
    let insertions = Set(changes.insertions.map(Self.offset))
    var lines: [Line] = []
    var old = 0
    var new = 0
    while old < oldLines.count || new < newLines.count {
      if removals.contains(old), old < oldLines.count {
        lines.append(.removed(oldLines[old]))
        old += 1
      } else if insertions.contains(new), new < newLines.count {
        lines.append(.added(newLines[new]))
        new += 1
      } else {
        lines.append(.kept(oldLines[old]))
        old += 1
        new += 1
      }
    }
    self.lines = lines
  }

  private static func offset(_ change: CollectionDifference<Substring>.Change) -> Int {
    switch change {
    case .insert(let offset, _, _), .remove(let offset, _, _): offset
    }
  }

  /// The hunks, headers included.
  var hunks: [String] {
    var output: [String] = []
    for range in ranges {
      let before = lines[..<range.lowerBound]
      let part = lines[range]
      let oldCount = part.count { if case .added = $0 { false } else { true } }
      let newCount = part.count { if case .removed = $0 { false } else { true } }
      let oldStart = before.count { if case .added = $0 { false } else { true } } + (oldCount > 0 ? 1 : 0)
      let newStart = before.count { if case .removed = $0 { false } else { true } } + (newCount > 0 ? 1 : 0)
      output.append("@@ -\(oldStart),\(oldCount) +\(newStart),\(newCount) @@")
      for line in part {
        switch line {
        case .kept(let text): output.append(" \(text)")
        case .removed(let text): output.append("-\(text)")
        case .added(let text): output.append("+\(text)")
        }
      }
    }
    return output
  }

  /// The changed lines with their context, what overlaps made one.
  private var ranges: [Range<Int>] {
    var ranges: [Range<Int>] = []
    for (index, line) in lines.enumerated() {
      if case .kept = line { continue }
      let range = max(0, index - Self.context)..<min(lines.count, index + Self.context + 1)
      if let last = ranges.last, last.upperBound >= range.lowerBound {
        ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
      } else {
        ranges.append(range)
      }
    }
    return ranges
  }
}

/// Rows of text under headings, in columns as wide as their widest cell.
///
/// On a terminal columns give way where a line would not fit, the last one first, and words that are a state have its colour.
public struct Table {
  private var rows: [[String]]

  /// Creates a table with its headings.
  public init(_ headings: String...) {
    rows = [headings]
  }

  /// Adds a row; it has as many cells as there are headings.
  public mutating func add(_ cells: String...) {
    precondition(cells.count == rows[0].count, "a row has as many cells as there are headings")
    rows.append(cells.map { $0.printable() })
  }

  /// The lines, headings first, without spaces at the end.
  ///
  /// - Parameters:
  ///   - width: characters that fit on a line; nil for as many as it takes.
  ///   - isColoured: whether states have a colour.
  public func lines(width: Int? = nil, isColoured: Bool = false) -> [String] {
    let widths = widths(fitting: width)
    return rows.enumerated().map { index, row in
      let cells = zip(row, widths).enumerated().map { column, pair in
        let text = Self.cut(pair.0, to: pair.1)
        let padding = column == widths.count - 1 ? "" : String(repeating: " ", count: pair.1 - text.count)
        let isState = Self.stateHeadings.contains(rows[0][column])
        return (isColoured && index > 0 && isState ? StateColour.paint(text) : text) + padding
      }
      let line = cells.joined(separator: "  ")
      return String(line[..<(line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex)])
    }
  }

  /// The lines as a file gets them.
  public var lines: [String] { lines() }

  /// Prints the table; without rows only `otherwise` is printed.
  public func print(otherwise: String) {
    guard rows.count > 1 else { return Console.standardOutput(otherwise) }
    for line in lines(width: Console.outputColumns, isColoured: Console.isColoured) {
      Console.standardOutput(painted: line)
    }
  }

  private static let stateHeadings: Set<String> = ["STATE", "STATUS", "HEALTH", "RESULT"]
  /// Below this a column says nothing any more.
  private static let narrowest = 8

  private func widths(fitting width: Int?) -> [Int] {
    var widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    guard let width else { return widths }
    var surplus = widths.reduce(0, +) + 2 * (widths.count - 1) - width
    // The last column holds prose, and gives way first; then the widest ones, while anything is left of them.
    let byWidth = widths.indices.dropLast().sorted { widths[$0] > widths[$1] }
    for column in [widths.count - 1] + byWidth where surplus > 0 {
      let kept = max(min(widths[column], Self.narrowest), widths[column] - surplus)
      surplus -= widths[column] - kept
      widths[column] = kept
    }
    return widths
  }

  private static func cut(_ text: String, to width: Int) -> String {
    text.count <= width ? text : text.prefix(max(0, width - 1)) + "…"
  }
}

/// Rows of text under headings, in columns as wide as their widest cell.
public struct Table {
  private var rows: [[String]]

  /// Creates a table with its headings.
  public init(_ headings: String...) {
    rows = [headings]
  }

  /// Adds a row; it has as many cells as there are headings.
  public mutating func add(_ cells: String...) {
    precondition(cells.count == rows[0].count, "a row has as many cells as there are headings")
    rows.append(cells.map(Self.printable))
  }

  /// The lines, headings first, without spaces at the end.
  public var lines: [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }
      let line = cells.joined(separator: "  ")
      return String(line[..<(line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex)])
    }
  }

  /// Prints the table; without rows only `otherwise` is printed.
  public func print(otherwise: String) {
    guard rows.count > 1 else { return Console.standardOutput(otherwise) }
    lines.forEach(Console.standardOutput)
  }

  /// Text from outside cannot move the cursor or break the line.
  private static func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}

/// Cuts Markdown into pieces for search.
///
/// A code fence is never split unless it alone is longer than the maximum; then every part is a fence of its
/// own, unless its first line alone would fill the parts. A heading stays with the text that follows it. The cut is
/// the same for the same text.
public struct Chunker: Sendable {
  /// Characters at which a chunk is full; code points, since a single grapheme may be of any length.
  public var target = 1000
  /// Characters that no chunk exceeds.
  public var maximum = 4000
  /// Characters, in whole lines, with which a chunk repeats the end of the one before.
  public var overlap = 100

  /// Creates a chunker with the sizes of the reference, and a maximum.
  public init() {}

  /// The pieces of a text, in order.
  public func chunks(of text: String) -> [String] {
    var chunks: [String] = []
    var current = ""
    forEachUnit(of: text) { whole in
      for unit in withinMaximum(whole) {
        if !current.isEmpty, current.scalarCount + unit.scalarCount + 2 > target {
          chunks.append(current)
          current = tail(of: current)
          if current.scalarCount + unit.scalarCount + 2 > maximum { current = "" }
        }
        current += current.isEmpty ? unit : "\n\n\(unit)"
      }
    }
    if !current.isEmpty { chunks.append(current) }
    return chunks
  }

  /// What must stay together, one after the other: a paragraph or a fence, headings in front of it included.
  private func forEachUnit(of text: String, _ body: (String) -> Void) {
    var headings: [Substring] = []
    var block: [Substring] = []
    func close() {
      guard !block.isEmpty else { return }
      let parts = [headings, block].filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      body(parts.joined(separator: "\n\n"))
      headings = []
      block = []
    }
    var wasFenced = false
    for line in Markdown(text) {
      if line.opensFence || (wasFenced && !line.isFenced) { close() }
      wasFenced = line.isFenced
      if line.isFenced {
        block.append(line.text)
      } else if Markdown.isHeading(line.text) {
        close()
        headings.append(line.text)
      } else if line.text.isBlank {
        close()
      } else {
        block.append(line.text)
      }
    }
    close()
    if !headings.isEmpty { body(headings.joined(separator: "\n")) }
  }

  /// Cuts a unit that is longer than the maximum, between lines where it can.
  private func withinMaximum(_ unit: String) -> [String] {
    guard unit.scalarCount > maximum else { return [unit] }
    var parts: [String] = []
    var current: [Substring] = []
    var length = 0
    var fence: (open: Substring, close: String)?
    func close(reopening: Bool) {
      guard !current.isEmpty else { return }
      parts.append(current.joined(separator: "\n") + (fence.map { "\n\($0.close)" } ?? ""))
      current = reopening ? fence.map { [$0.open] } ?? [] : []
      length = current.reduce(0) { $0 + $1.scalarCount + 1 }
    }
    for line in Markdown(unit) {
      // Every part repeats the line: a long one would multiply the text.
      if line.opensFence, line.text.scalarCount <= maximum / 5 {
        fence = (line.text, String(line.text.drop { $0 == " " }.prefix { "`~".contains($0) }))
      }
      for piece in pieces(of: line.text) {
        // Room for the line that closes a fence.
        if length + piece.scalarCount + (fence.map { $0.close.scalarCount + 1 } ?? 0) > maximum {
          close(reopening: true)
        }
        current.append(piece)
        length += piece.scalarCount + 1
      }
      if fence != nil, !line.opensFence, line.text.drop(while: { $0 == " " }) == fence?.close[...] {
        fence = nil
      }
    }
    fence = nil
    close(reopening: false)
    return parts
  }

  /// A line without a break, a table row or minified code, is cut by length.
  private func pieces(of line: Substring) -> [Substring] {
    let limit = maximum / 2
    guard line.scalarCount > limit else { return [line] }
    var pieces: [Substring] = []
    var rest = line.unicodeScalars
    while !rest.isEmpty {
      pieces.append(Substring(rest.prefix(limit)))
      rest = rest.dropFirst(limit)
    }
    return pieces
  }

  /// The last lines of a chunk, as many as fit; none of a fence, which would come out torn.
  private func tail(of chunk: String) -> String {
    var lines: [Substring] = []
    var length = 0
    for line in Markdown(chunk).reversed() {
      guard !line.isFenced, length + line.text.scalarCount + 1 <= overlap else { break }
      lines.append(line.text)
      length += line.text.scalarCount + 1
    }
    return lines.reversed().joined(separator: "\n").trimmed
  }
}

extension StringProtocol {
  fileprivate var scalarCount: Int { unicodeScalars.count }
}

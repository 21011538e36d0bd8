/// How much a text is worth keeping, 0…1: five parts of at most 0.2 each.
public struct QualityScore: Hashable, Sendable {
  /// Characters in the text.
  public let characters: Int
  /// Fenced blocks of code.
  public let codeBlocks: Int
  /// Headings of any level.
  public let headings: Int
  /// Links to other places.
  public let links: Int
  /// Distinct words that good documentation uses.
  public let indicators: Int

  private static let indicatorWords: Set<String> = [
    "installation", "setup", "configuration", "example", "usage", "api", "reference", "guide", "tutorial",
    "troubleshooting",
  ]

  /// Measures a Markdown text.
  public init(of text: String) {
    var fences = 0
    var headings = 0
    var rest = text.utf8[...]
    while !rest.isEmpty {
      let line = rest.prefix { $0 != UInt8(ascii: "\n") }
      rest = rest[line.endIndex...].dropFirst()
      if line.starts(with: "```".utf8) { fences += 1 }
      let hashes = line.prefix { $0 == UInt8(ascii: "#") }.count
      if hashes > 0, line.dropFirst(hashes).first == UInt8(ascii: " ") { headings += 1 }
    }
    characters = text.count
    codeBlocks = fences / 2
    self.headings = headings
    links = Self.countLinks(text.utf8)
    indicators = Words(text).intersection(Self.indicatorWords).count
  }

  /// The sum of the parts.
  public var value: Double {
    let parts = [
      Self.part(characters, 5001, 1001, 501),
      Self.part(codeBlocks, 5, 3, 1),
      Self.part(headings, 10, 5, 3),
      Self.part(links, 10, 5, 2),
      Self.part(indicators, 7, 5, 3),
    ]
    // In hundredths, so that no rounding error of a sum of tenths gets into the score.
    return Double(parts.reduce(0, +)) / 100
  }

  private static func part(_ count: Int, _ high: Int, _ middle: Int, _ low: Int) -> Int {
    switch count {
    case high...: 20
    case middle...: 15
    case low...: 10
    default: 0
    }
  }

  /// Counts `[text](target)`.
  private static func countLinks(_ text: String.UTF8View) -> Int {
    var links = 0
    var isOpen = false
    var previous: UInt8 = 0
    for byte in text {
      switch byte {
      case UInt8(ascii: "["): isOpen = true
      case UInt8(ascii: "\n"): isOpen = false
      case UInt8(ascii: "(") where isOpen && previous == UInt8(ascii: "]"):
        links += 1
        isOpen = false
      default: break
      }
      previous = byte
    }
    return links
  }
}

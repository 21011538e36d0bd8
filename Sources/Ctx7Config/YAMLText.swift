/// The text of a configuration file, checked for what a YAML parser would crash on, hang on or misread.
struct YAMLText {
  let text: String

  private static let maximumDepth = 64
  private static let maximumAliases = 32

  /// Checks the bytes; nil, with an error reported, when they are not usable.
  init?(_ written: ConfigFile, _ diagnostics: Diagnostics) {
    var file = written
    // No editor counts a byte order mark as a column.
    if file.bytes.starts(with: "\u{FEFF}".utf8) { file.bytes.removeFirst(3) }
    func refuse(_ offset: Int, _ message: String) {
      diagnostics.error(Self.position(offset, file), message)
    }
    guard file.bytes.count <= ConfigFile.maximumSize else {
      refuse(0, "the file is larger than 1 MiB; split it into several under jobs.d")
      return nil
    }
    if let offset = file.bytes.firstIndex(of: 0) {
      refuse(offset, "a NUL byte: this is no text file")
      return nil
    }
    guard let text = String(validating: file.bytes, as: UTF8.self) else {
      refuse(Self.firstInvalid(file.bytes), "the text is not valid UTF-8; save the file as UTF-8")
      return nil
    }
    if let offset = Self.tooDeep(Self.withoutQuoted(file.bytes)) {
      refuse(
        offset,
        "nested deeper than \(Self.maximumDepth) levels; close what is open, or put text with brackets into quotes"
      )
      return nil
    }
    if let offset = Self.tooManyAliases(file.bytes) {
      refuse(offset, "more than \(Self.maximumAliases) aliases; write the values out")
      return nil
    }
    self.text = text
  }

  private static func position(_ offset: Int, _ file: ConfigFile) -> SourcePosition {
    let before = file.bytes[..<min(offset, file.bytes.count)]
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let column = String(decoding: before[lineStart...], as: UTF8.self).unicodeScalars.count + 1
    return SourcePosition(file: file.path, line: line, column: column)
  }

  private static func firstInvalid(_ bytes: [UInt8]) -> Int {
    var low = 0
    var high = bytes.count
    // The longest valid prefix; a cut inside a character is invalid too, which moves the answer by 3 at most.
    while low < high {
      let middle = (low + high + 1) / 2
      if String(validating: bytes[..<middle], as: UTF8.self) != nil {
        low = middle
      } else {
        high = middle - 1
      }
    }
    return low
  }

  /// Where brackets, or the indicators that open blocks at the beginning of a line, nest too deeply.
  ///
  /// What reads the parser's events recurses, so this is found before it runs; libyaml itself stops at a thousand levels,
  /// should quotes be taken for what they are not.
  private static func tooDeep(_ bytes: [UInt8]) -> Int? {
    var brackets = 0
    var indicators = 0
    var isLeading = true
    for (offset, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        brackets += 1
        isLeading = false
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        brackets = max(0, brackets - 1)
        isLeading = false
      case UInt8(ascii: "\n"):
        indicators = 0
        isLeading = true
      case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: "\t"):
        if isLeading { indicators += 1 }
      default: isLeading = false
      }
      if brackets > maximumDepth || indicators > maximumDepth * 4 { return offset }
    }
    return nil
  }

  /// The text with letters in the place of comments and of what is in quotes, those of one line.
  private static func withoutQuoted(_ bytes: [UInt8]) -> [UInt8] {
    var rest = bytes
    var previous = UInt8(ascii: "\n")
    /// What ends the quotes or the comment.
    var end: UInt8?
    var isEscaped = false
    for (offset, byte) in bytes.enumerated() {
      if byte == UInt8(ascii: "\n") {
        (end, isEscaped) = (nil, false)
      } else if let quote = end {
        rest[offset] = UInt8(ascii: "x")
        if byte == quote, !isEscaped { end = nil }
        isEscaped = quote == UInt8(ascii: "\"") && byte == UInt8(ascii: "\\") && !isEscaped
      } else if byte == UInt8(ascii: "#"), offset == 0 || bytes[offset - 1] <= UInt8(ascii: " ") {
        end = UInt8(ascii: "\n")
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'"), tokenStarts(after: previous) {
        end = byte
      }
      if byte != UInt8(ascii: " ") { previous = byte }
    }
    return rest
  }

  /// Whether a token may begin behind a byte, spaces left out. A quote doubles within its own.
  private static func tokenStarts(after previous: UInt8) -> Bool { "\n[,{:-?'".utf8.contains(previous) }

  /// Where there are so many references to anchors that they could multiply into a bomb.
  ///
  /// One stands at the beginning of a line or behind an indicator: `rm -f *.gz` within a command is none.
  private static func tooManyAliases(_ bytes: [UInt8]) -> Int? {
    var anchors = 0
    var aliases = 0
    var previous = UInt8(ascii: "\n")
    for (offset, byte) in bytes.enumerated() where byte != UInt8(ascii: " ") {
      let next = offset + 1 < bytes.count ? bytes[offset + 1] : 0
      let isName =
        next > 0x20
        && ![UInt8(ascii: "*"), UInt8(ascii: "/"), UInt8(ascii: ","), UInt8(ascii: "\"")].contains(next)
      // Behind a tag too; one too many does no harm.
      if isName, byte == UInt8(ascii: "&") { anchors += 1 }
      if tokenStarts(after: previous), isName, byte == UInt8(ascii: "*") { aliases += 1 }
      if anchors > 0, aliases > maximumAliases { return offset }
      previous = byte
    }
    return nil
  }
}

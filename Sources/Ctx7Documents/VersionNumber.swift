/// A version as documentation writes it: `18`, `3.2`, `18.2.0`, `4.0.0-rc.1`.
public struct VersionNumber: Hashable, Sendable, CustomStringConvertible {
  /// Major, minor, patch, as many as there are.
  public let numbers: [Int]
  /// What follows a hyphen; empty for a release.
  public let preRelease: String

  /// The first number.
  public var major: Int { numbers[0] }

  /// The text for people.
  public var description: String {
    numbers.map(String.init).joined(separator: ".") + (preRelease.isEmpty ? "" : "-\(preRelease)")
  }

  /// Reads a version, with or without a leading `v`; nil for anything else, an IP address for instance.
  public init?(_ text: some StringProtocol) {
    let text = text.first == "v" || text.first == "V" ? text.dropFirst() : text[...]
    let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let fields = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let numbers = fields.compactMap { field in
      field.count <= 6 && field.utf8.allSatisfy { (48...57).contains($0) } ? Int(field) : nil
    }
    guard (1...3).contains(numbers.count), numbers.count == fields.count else { return nil }
    if parts.count == 2 {
      guard parts[1].first?.isLetter == true else { return nil }
      preRelease = String(parts[1])
    } else {
      preRelease = ""
    }
    self.numbers = numbers
  }

  /// The first version that a text names: after the word "version", behind a `v` or an `@`, or bare with three
  /// parts.
  public init?(firstIn text: String) {
    var previous: Substring = ""
    for token in Tokens(rest: text[...]) {
      let word = token.utf8.last.map { ".:!?".utf8.contains($0) } == true ? token.dropLast() : token
      defer { previous = word }
      // Most words have no digit and so are no version; this look at their bytes is cheap.
      guard word.utf8.contains(where: { (48...57).contains($0) }) else { continue }
      if let at = word.lastIndex(of: "@"), let version = VersionNumber(word[word.index(after: at)...]) {
        self = version
        return
      }
      guard let version = VersionNumber(word) else { continue }
      let followsWord = ["version", "release"].contains(previous.lowercased())
      if followsWord || word.first == "v" || version.numbers.count == 3 {
        self = version
        return
      }
    }
    return nil
  }

  /// The words between white space, brackets, quotes and commas, one at a time.
  private struct Tokens: Sequence, IteratorProtocol {
    var rest: Substring

    mutating func next() -> Substring? {
      let text = rest.unicodeScalars.drop(while: Self.separates)
      let word = text.prefix { !Self.separates($0) }
      rest = Substring(text[word.endIndex...])
      return word.isEmpty ? nil : Substring(word)
    }

    private static func separates(_ scalar: Unicode.Scalar) -> Bool {
      switch scalar {
      case "\t"..."\r", " ", "(", ")", "[", "]", "{", "}", "<", ">", ",", ";", "\"", "'", "`", "|": true
      default: !scalar.isASCII && scalar.properties.isWhitespace
      }
    }
  }
}

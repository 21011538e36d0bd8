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
    for token in text.split(whereSeparator: { $0.isWhitespace || "()[]{}<>,;\"'`|".contains($0) }) {
      let word = token.last.map { ".:!?".contains($0) } == true ? token.dropLast() : token
      let followsWord = ["version", "release"].contains(previous.lowercased())
      previous = word
      if let at = word.lastIndex(of: "@"), at != word.startIndex || word.count > 1,
        let version = VersionNumber(word[word.index(after: at)...])
      {
        self = version
        return
      }
      guard let version = VersionNumber(word) else { continue }
      if followsWord || word.first == "v" || version.numbers.count == 3 {
        self = version
        return
      }
    }
    return nil
  }
}

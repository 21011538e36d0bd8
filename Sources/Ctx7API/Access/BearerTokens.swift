internal import Crypto
internal import Foundation

/// The tokens that open the TCP socket, by their SHA-256: the tokens themselves are not kept.
public struct BearerTokens: Sendable {
  private struct Entry {
    let digest: [UInt8]
    let caller: Caller
  }

  private let entries: [Entry]
  /// Whether there would be tokens, had they been written correctly.
  let areUnreadable: Bool

  /// No token opens anything, and who asks is told that the log says why.
  public static let unreadable = BearerTokens(entries: [], areUnreadable: true)

  /// A line that is no token.
  public struct Invalid: Error, CustomStringConvertible {
    /// The text for people; never holds the token.
    public let description: String
  }

  private init(entries: [Entry], areUnreadable: Bool) {
    self.entries = entries
    self.areUnreadable = areUnreadable
  }

  /// Reads a credential file: a line a token, `PERMISSION TOKEN [NAME]`, `read` or `operate`; `#` begins a comment.
  public init(parsing text: String) throws(Invalid) {
    var entries: [Entry] = []
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).map(String.init)
      guard let first = words.first else { continue }
      guard words.count <= 3, words.count >= 2, let permission = Caller.Permission(rawValue: first) else {
        throw Invalid(description: "line \(number + 1) is not 'read TOKEN [NAME]' or 'operate TOKEN [NAME]'")
      }
      guard words[1].utf8.count >= 32 else {
        throw Invalid(
          description:
            "line \(number + 1): a token has at least 32 characters ('openssl rand -hex 32' makes one)")
      }
      let name = words.count == 3 ? words[2] : "line-\(number + 1)"
      entries.append(
        Entry(digest: Self.digest(words[1]), caller: Caller(name: "token=\(name)", permission: permission)))
    }
    self.init(entries: entries, areUnreadable: false)
  }

  /// Whether there is any.
  public var isEmpty: Bool { entries.isEmpty }

  /// Who a token belongs to; nil when nobody has it.
  ///
  /// Takes the same time for every token of a length, right or wrong, the first or the last: digests are compared,
  /// all of them, every byte.
  func caller(presenting token: String) -> Caller? {
    let digest = Self.digest(token)
    var found: Caller?
    for entry in entries {
      let difference = zip(entry.digest, digest).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
      if difference == 0 { found = entry.caller }
    }
    return found
  }

  private static func digest(_ token: String) -> [UInt8] {
    Array(SHA256.hash(data: Data(token.utf8)))
  }
}

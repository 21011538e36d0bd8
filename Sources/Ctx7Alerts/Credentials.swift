internal import FoundationEssentials

/// Secrets by name: never in configuration, units, arguments, journal or history.
public struct Credentials: Sendable {
  private let environment: [String: String]

  /// Names the environment of the process.
  public init(environment: [String: String]) {
    self.environment = environment
  }

  /// The secret, without white space at its ends: the file of that name in `$CREDENTIALS_DIRECTORY`
  /// (systemd.exec(5), "LoadCredential="), or the variable `CTX7_CREDENTIAL_NAME`.
  ///
  /// - Throws: `MissingCredential` when there is neither.
  public func secret(_ name: String) throws(MissingCredential) -> String {
    let variable = Self.variable(name)
    let file = environment["CREDENTIALS_DIRECTORY"].map { "\($0)/\(name)" }
    let text = file.flatMap { try? String(contentsOfFile: $0, encoding: .utf8) } ?? environment[variable]
    guard let text else { throw MissingCredential(name: name, variable: variable) }
    return String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  private static func variable(_ name: String) -> String {
    "CTX7_CREDENTIAL_"
      + String(name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
  }
}

/// A secret that is not there.
public struct MissingCredential: Error, CustomStringConvertible {
  let name: String
  let variable: String

  /// The text for people.
  public var description: String {
    "there is no credential '\(name)': put it into /etc/ctx7/credentials/\(name), or set \(variable)"
  }
}

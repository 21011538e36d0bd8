public import Ctx7Model
internal import FoundationEssentials
internal import Glibc

/// Secrets by name: never in configuration, units, arguments, journal or history.
public struct Credentials: Sendable {
  private let environment: [String: String]
  private let folder: String
  private let scope: Scope
  private var kept: [String: String] = [:]

  /// Names the environment of the process, the folder in which the operator keeps secrets, and whose they are.
  public init(environment: [String: String], folder: String, scope: Scope = .system) {
    self.environment = environment
    self.folder = folder
    self.scope = scope
  }

  /// The same, with the secrets of these sinks as far as they can be read now: for a process that is about to become
  /// another user.
  public func keeping(secretsOf sinks: [AlertSinkSettings]) -> Credentials {
    var credentials = self
    for name in sinks.flatMap(\.credentialNames) { credentials.kept[name] = try? secret(name) }
    return credentials
  }

  /// The secret, without white space at its ends: the file of that name in `$CREDENTIALS_DIRECTORY`
  /// (systemd.exec(5), "LoadCredential="), the variable `CTX7_CREDENTIAL_NAME`, or the file in the folder, where it
  /// may be read: that is where a unit's credentials come from.
  ///
  /// - Throws: `MissingCredential` when there is none of them that holds anything.
  public func secret(_ name: String) throws(MissingCredential) -> String {
    if let secret = kept[name] { return secret }
    let variable = Self.variable(name)
    let passed = environment["CREDENTIALS_DIRECTORY"].flatMap { Self.contents(of: "\($0)/\(name)") }
    let given = environment[variable].flatMap(Self.trimmed)
    guard let secret = passed ?? given ?? Self.contents(of: "\(folder)/\(name)") else {
      let path = "\(folder)/\(name)"
      let isHidden = access(path, R_OK) != 0 && errno == EACCES
      throw MissingCredential(
        path: path, name: name, variable: variable, scope: scope, isHidden: isHidden)
    }
    return secret
  }

  private static func contents(of path: String) -> String? {
    (try? String(contentsOfFile: path, encoding: .utf8)).flatMap(trimmed)
  }

  /// Nil where nothing is left.
  private static func trimmed(_ text: String) -> String? {
    let secret = text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
    return secret.isEmpty ? nil : String(secret)
  }

  private static func variable(_ name: String) -> String {
    "CTX7_CREDENTIAL_"
      + String(name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
  }
}

/// A secret that is not there.
public struct MissingCredential: Error, CustomStringConvertible {
  let path: String
  let name: String
  let variable: String
  let scope: Scope
  /// Whether this user may not look.
  let isHidden: Bool

  /// The text for people.
  public var description: String {
    isHidden
      ? "credential '\(name)' is not there, or not for this user: put it into \(path) and run "
        + "\(scope.command("ctx7-units generate")); by hand, run this as root or set \(variable)"
      : "there is no credential '\(name)': put it into \(path), or set \(variable)"
  }
}

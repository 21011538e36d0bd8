internal import Ctx7Model
internal import Foundation

/// The files in which an operator keeps secrets, plain or encrypted (systemd-creds(1)). What is in them is never
/// read here.
public struct CredentialFiles: Sendable {
  /// How a secret is kept.
  public enum Presence: String, Sendable {
    case plain
    case encrypted
    /// Twice, which leaves open which one counts.
    case both = "plain and encrypted"
    case none
    /// The folders may not be looked into by this user.
    case hidden = "not visible to you"
  }

  private let locations: Locations

  /// Names the files of these places; nothing is read.
  public init(_ locations: Locations) {
    self.locations = locations
  }

  /// How the secret of that name is kept.
  public func presence(of name: String) -> Presence {
    let plain = isThere(plainPath(of: name))
    let encrypted = isThere(encryptedPath(of: name))
    return switch (plain, encrypted) {
    case (true, true): .both
    case (true, _): .plain
    case (_, true): .encrypted
    case (false, false): .none
    default: .hidden
    }
  }

  /// Where the secret is kept as it is.
  public func plainPath(of name: String) -> String { "\(locations.credentialsDirectory)/\(name)" }

  /// Where it is kept encrypted.
  public func encryptedPath(of name: String) -> String {
    "\(locations.encryptedCredentialsDirectory)/\(name)"
  }

  /// What the generated units of jobs load, by name, and whether it is plain or encrypted; everybody may read units.
  public func inUnits() -> [String: Presence] {
    let directory = locations.unitDirectory
    let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return files.filter { $0.hasPrefix(JobID.unitPrefix) && $0.hasSuffix(".service") }
      .compactMap { FileManager.default.contents(atPath: "\(directory)/\($0)") }
      .reduce(into: [:]) { loaded, text in
        let text = String(decoding: text, as: UTF8.self)
        for match in text.matches(of: /(?m)^LoadCredential(Encrypted)?=([^:]+):/) {
          loaded[String(match.2)] = match.1 == nil ? .plain : .encrypted
        }
      }
  }

  /// Whether a file is there; nil where this user may not look.
  private func isThere(_ path: String) -> Bool? {
    if access(path, F_OK) == 0 { return true }
    return errno == EACCES ? nil : false
  }
}

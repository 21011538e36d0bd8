/// A secret that systemd hands to a job's process as a file (systemd.exec(5), "Credentials").
public struct UnitCredential: Hashable, Sendable {
  /// By which the process asks for it.
  public var name: String
  /// The file that systemd reads.
  public var path: String
  /// Whether the file is encrypted (systemd-creds(1)), and systemd decrypts it at each start.
  public var isEncrypted: Bool

  /// Names a file that holds a secret.
  public init(_ name: String, path: String, isEncrypted: Bool = false) {
    self.name = name
    self.path = path
    self.isEncrypted = isEncrypted
  }

  var directive: UnitFile.Directive {
    UnitFile.Directive(
      isEncrypted ? "LoadCredentialEncrypted" : "LoadCredential",
      UnitEscaping.specifiersOff("\(name):\(path)"))
  }
}

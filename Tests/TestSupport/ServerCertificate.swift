internal import NIOSSL

/// A certificate of `localhost` that nobody has signed but itself.
public struct ServerCertificate: Sendable {
  /// Where it lies, as PEM.
  public let path: String
  private let key: String

  /// Makes a certificate in a directory.
  ///
  /// - Throws: `Failed` where openssl does not make it.
  public init(in directory: String) async throws {
    path = directory + "/certificate.pem"
    key = directory + "/key.pem"
    let made = try await Program.run(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
        "-subj",
        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", path,
      ])
    guard made.status == 0 else { throw Failed(description: made.error) }
  }

  /// Why there is no certificate.
  public struct Failed: Error, CustomStringConvertible {
    /// What openssl says.
    public let description: String
  }

  func context() throws -> NIOSSLContext {
    try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: NIOSSLCertificate.fromPEMFile(path).map { .certificate($0) },
        privateKey: .privateKey(NIOSSLPrivateKey(file: key, format: .pem))))
  }
}

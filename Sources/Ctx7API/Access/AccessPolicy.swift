internal import Ctx7Model
internal import Ctx7Systemd
internal import Foundation
internal import HTTPTypes
internal import Hummingbird

/// Finds out who asks, before anything else looks at the request.
///
/// On the Unix socket the kernel vouches for the process that connected; over TCP a token does.
struct AccessPolicy: Sendable {
  let tokens: BearerTokens
  /// The user and group as whom this service runs.
  let owner: (user: UInt32, group: UInt32)
  let scope: Scope
  /// Where an operator keeps the tokens.
  let tokensFile: String

  /// - Throws: `APIError` 401 or 403.
  func caller(_ request: Request, _ peer: PeerCredentials?) throws(APIError) -> Caller {
    guard let peer else { return try caller(presenting: request.headers[.authorization]) }
    // The socket's mode says the same; this also holds where somebody has widened it.
    guard peer.user == 0 || peer.user == owner.user || peer.isMember(of: owner.group) else {
      throw APIError(
        .forbidden, "user \(peer.user) is not in the group of this service (hint: join group ctx7)")
    }
    return Caller(name: peer.description, permission: .operate, peer: peer)
  }

  private func caller(presenting authorization: String?) throws(APIError) -> Caller {
    guard !tokens.areUnreadable else {
      throw APIError(
        .serviceUnavailable,
        "no token opens this port: the credential api-tokens has a mistake (hint: journalctl\(scope.option) -t ctx7-api names the line)"
      )
    }
    guard !tokens.isEmpty else {
      throw APIError(
        .unauthorized,
        "no token opens this port (hint: put some in \(tokensFile), a line each: "
          + "'read TOKEN NAME' or 'operate TOKEN NAME')", headers: Self.challenge)
    }
    guard let token = authorization.flatMap(Self.token) else {
      throw APIError(
        .unauthorized, "a token is needed (hint: curl -H 'Authorization: Bearer TOKEN')",
        headers: Self.challenge)
    }
    guard let caller = tokens.caller(presenting: token) else {
      throw APIError(
        .unauthorized,
        "the token is not known (hint: \(tokensFile) has those that are; a new one counts from the next start of "
          + "ctx7-api.service)", headers: Self.challenge)
    }
    return caller
  }

  /// RFC 6750 §2.1 for programs; RFC 7617 for browsers, which ask for a password: the token is the password, and
  /// the user name means nothing.
  private static func token(in authorization: String) -> String? {
    let words = authorization.split(separator: " ", maxSplits: 1)
    guard words.count == 2 else { return nil }
    let value = words[1].trimmingPrefix { $0 == " " }
    switch words[0].lowercased() {
    case "bearer": return String(value)
    case "basic":
      guard let pair = Data(base64Encoded: String(value)).flatMap({ String(data: $0, encoding: .utf8) }),
        let colon = pair.firstIndex(of: ":")
      else { return nil }
      return String(pair[pair.index(after: colon)...])
    default: return nil
    }
  }

  /// Two fields rather than one with two challenges, which browsers do not all take apart.
  private static var challenge: HTTPFields {
    var fields = HTTPFields()
    fields.append(HTTPField(name: .wwwAuthenticate, value: #"Basic realm="ctx7", charset="UTF-8""#))
    fields.append(HTTPField(name: .wwwAuthenticate, value: #"Bearer realm="ctx7""#))
    return fields
  }
}

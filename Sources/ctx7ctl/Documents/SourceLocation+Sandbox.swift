import Ctx7CLI
import Ctx7Documents
import Ctx7Model

extension SourceLocation {
  /// Makes sure that the units of these places can see the source: what they cannot see is never fetched, and lost when
  /// it expires.
  ///
  /// Units of users hide nothing. Whether a state directory that the caller has named is that of any unit is not known:
  /// there it is only said.
  func requireVisible(in locations: Locations) throws(Failure) {
    guard case .file(let path) = kind, locations.scope == .system,
      let key = SandboxKey.hidingFollowed(path)
    else { return }
    let message = "\(path) is hidden from the system's jobs (\(key.rawValue)=): no timer could ever fetch it"
    let hint = "put it below /srv, or track it with --user for your own jobs"
    guard locations.stateDirectoryIsNamed else { throw Failure(.usage, message, hint: hint) }
    Console.standardError("warning: \(message); \(hint)")
  }
}

import Foundation

extension Crontab {
  /// Whether each command begins with a user of this host, and not all of these are programs as well, as sync is.
  var seemsToHaveUsers: Bool {
    let words = entries.map { String($0.command.prefix { !Self.isBlank($0) }) }
    guard !words.isEmpty, words.allSatisfy({ getpwnam($0) != nil }) else { return false }
    let folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
    return !words.allSatisfy { word in folders.contains { access("\($0)/\(word)", X_OK) == 0 } }
  }
}

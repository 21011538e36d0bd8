internal import FoundationEssentials

/// The numbers that TCP has for ports (RFC 9293 §3.1); zero stands for none.
public enum PortNumber {
  /// From 1 to 65535.
  public static let all = 1...65_535

  /// Whether a URL can be read, and names no port or one that there is.
  public static func isUsable(in url: String) -> Bool { problem(in: url) == nil }

  /// What keeps a URL from being connected to, after the URL; nil when nothing does.
  ///
  /// NIO ends the process that would connect to a greater port.
  public static func problem(in url: String) -> String? {
    guard let url = URL(string: url) else { return "is no address" }
    return url.port.map(all.contains) ?? true ? nil : "names no port from 1 to 65535"
  }
}

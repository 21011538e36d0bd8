internal import Foundation

/// The numbers that TCP has for ports (RFC 9293 §3.1); zero stands for none.
public enum PortNumber {
  /// From 1 to 65535.
  public static let all = 1...65_535

  /// Whether a URL can be read, and names no port or one that there is.
  ///
  /// NIO ends the process that would connect to a greater one.
  public static func isUsable(in url: String) -> Bool {
    guard let url = URL(string: url) else { return false }
    return url.port.map(all.contains) ?? true
  }
}

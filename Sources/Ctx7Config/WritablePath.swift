/// A path that a unit opens for writing (systemd.exec(5), "ReadWritePaths=").
struct WritablePath {
  private let parts: [Substring]
  private let isAbsolute: Bool

  init(_ path: String) {
    isAbsolute = path.hasPrefix("/")
    parts = path.split(separator: "/").filter { $0 != "." }
  }

  /// The folder of the file that the path is.
  var folder: WritablePath { WritablePath((isAbsolute ? "/" : "") + parts.dropLast().joined(separator: "/")) }

  /// What keeps it from being opened; nil when nothing does.
  var problem: String? {
    if !isAbsolute { return "is not absolute" }
    if parts.contains("..") { return "goes up by '..'; write where it leads" }
    // All else of ProtectSystem=strict would be undone.
    return parts.isEmpty ? "would open the whole system for writing" : nil
  }
}

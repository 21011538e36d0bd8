internal import Foundation

/// The systemd that a `Machine` boots.
public enum Release: String, Sendable {
  /// That of the machine that runs the tests.
  case own
  /// That of Debian 13, 257.
  case trixie

  /// Those to test with: one more in `make prove`.
  public static let tested: [Release] = Effort.isProof ? [.own, .trixie] : [.own]

  /// What `Machine.boot` needs to boot it; makes the root file system first where it is missing, in some minutes.
  public func options() async throws -> [String] {
    guard self != .own else { return [] }
    let made = try await Program.run("\(Project.root)/Tests/Machine/rootfs", [rawValue])
    guard made.status == 0 else { throw Machine.Failed(description: made.error) }
    let tree = made.output.trimmingCharacters(in: .whitespacesAndNewlines)
    // It has no Swift: our programs find this machine's, where they look for it.
    let linked = try await Program.run("ldd", ["\(Program.directory)/ctx7ctl"])
    let libraries = linked.output.split(separator: "\n").compactMap { line in
      line.split(separator: " ").first { $0.hasSuffix("/libswiftCore.so") }
    }
    return ["--rootfs", tree]
      + libraries.flatMap { library in
        let folder = (String(library) as NSString).deletingLastPathComponent
        return ["--bind", "\(folder):\(folder)"]
      }
  }
}

import Foundation
import TestSupport
import Testing

/// A release of Debian that the package is tried on.
enum DebianRelease: String, CaseIterable, CustomTestStringConvertible {
  /// 12: this machine's own file system.
  case bookworm
  /// 13: a file system that `Tests/Machine/rootfs` fetches from Debian's archive.
  case trixie

  static let tested: [DebianRelease] = Effort.isProof ? allCases : [.bookworm]

  var testDescription: String { rawValue }

  /// `make deb` made it before the tests.
  static func package() throws -> String {
    let build = Project.root + "/.build"
    let names = try FileManager.default.contentsOfDirectory(atPath: build)
    let package = try #require(
      names.filter { $0.hasPrefix("ctx7-jobs_") && $0.hasSuffix(".deb") }.max(), "'make deb' makes it")
    return "\(build)/\(package)"
  }

  /// A machine of this release that has the package at /srv/ctx7.deb, and nothing of ours beside.
  func withPackage(_ body: (Machine) async throws -> Void) async throws {
    var options = ["--bind", "\(try Self.package()):/srv/ctx7.deb"]
    if self != .bookworm {
      let made = try await Program.run(
        Project.root + "/Tests/Machine/rootfs", [rawValue])
      try #require(made.status == 0, "\(made.error)")
      options += ["--rootfs", made.output.trimmingCharacters(in: .newlines)]
    }
    try await Machine.bootBare(options) { machine in
      // Where this machine is a container, no package may start services in it.
      try await machine.run("rm -f /usr/sbin/policy-rc.d")
      try await body(machine)
    }
  }

  /// A machine of this release on which the package is installed.
  func withInstalled(_ body: (Machine) async throws -> Void) async throws {
    try await withPackage { machine in
      try await machine.run("dpkg --install /srv/ctx7.deb")
      try await body(machine)
    }
  }
}

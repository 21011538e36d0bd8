import Ctx7History
import Foundation
import TestSupport
import Testing

/// State directories that cannot be written: every message names the file and says what SQLite or the system said.
@Suite struct UnusableStateTests {
  private static let config = """
    jobs:
      - job_id: quick
        job_type: command
        schedule: {hours: 1}
        parameters: {argv: [/bin/true]}
    """

  @Test func `a damaged history is named, with what to do, and left as it is`() async throws {
    try await Bench.with(Self.config) { bench in
      _ = try await bench.execute("quick")
      for name in ["jobs.sqlite", "jobs.sqlite-wal"] {
        try write(String(repeating: "this is no database ", count: 500), to: "\(bench.state)/\(name)")
      }
      let ended = try await bench.execute("quick")
      #expect(ended.status == 74)
      #expect(ended.error.contains("\(bench.state)/jobs.sqlite"))
      #expect(ended.error.contains("not a database"))
      let text = try String(contentsOfFile: bench.state + "/jobs.sqlite", encoding: .utf8)
      #expect(text.hasPrefix("this is no database"))
    }
  }

  @Test(.enabled(if: geteuid() == 0, "needs root, to make a file system of its own"))
  func `a full disk is said at whichever write it shows, and the next run works once there is space`()
    async throws
  {
    try await Bench.with(Self.config) { bench in
      // In a mount namespace: a file system of two megabytes, filled up to the last so many blocks.
      let script = """
        mount -t tmpfs -o size=2m,mode=0700 tmpfs "$1" || exit 99
        run() { "$2/ctx7-job-exec" --job quick 2>&1; echo "status $?"; }
        run "$@" >/dev/null
        for free in 0 1 2 3 4 6 8 12 16 24 32 48; do
          rm -f "$1/filler"; head -c 4m /dev/zero >"$1/filler" 2>/dev/null
          truncate -s "-$((free * 4096))" "$1/filler"
          echo "== $free"; run "$@"
          rm -f "$1/filler"; echo "-- space"; run "$@"
        done
        """
      try FileManager.default.createDirectory(atPath: bench.state, withIntermediateDirectories: true)
      let ended = try await Program.run(
        "unshare",
        ["--mount", "--propagation", "private", "bash", "-c", script, "x", bench.state, Program.directory],
        environment: bench.environment)
      try #require(ended.status == 0, "\(ended.error)")
      var failures = 0
      for part in ended.output.components(separatedBy: "== ").dropFirst() {
        let (full, space) = (
          part.components(separatedBy: "-- space")[0], part.components(separatedBy: "-- space")[1]
        )
        #expect(space.contains("status 0"), "\(part)")
        guard !full.contains("status 0") else { continue }
        failures += 1
        #expect(full.contains("status 74"), "\(part)")
        #expect(Self.saysFull(full), "\(part)")
      }
      #expect(failures > 0)
    }
  }

  @Test(.enabled(if: geteuid() == 0, "needs root, to make a file system of its own"))
  func `documents stay whole when the disk is full at any write of a refresh`() async throws {
    let config = """
      jobs:
        - job_id: weekly-document-refresh
          parameters: {skip_recent_updates: false}
      """
    try await Bench.with(config) { bench in
      // Each time with one document more, which is due at once.
      let script = """
        mount -t tmpfs -o size=12m,mode=0700 tmpfs "$1" || exit 99
        track() {
          seq -f "Widget %g of round$4 does a thing." 1 1500 >"$3-$4.md"
          "$2/ctx7ctl" documents add "file://$3-$4.md" --technology widgets || exit 98
        }
        run() { "$2/ctx7-job-exec" --job weekly-document-refresh 2>&1; echo "status $?"; }
        { track "$@" first; run "$@"; } >/dev/null
        for free in 0 2 6 12 24 36 48; do
          track "$@" $free >/dev/null
          head -c 16m /dev/zero >"$1/filler" 2>/dev/null; truncate -s "-$((free * 4096))" "$1/filler"
          echo "== $free"; run "$@"
          rm -f "$1/filler"; echo "-- space"; run "$@"
          "$2/ctx7ctl" documents search "round$free" --limit 1; "$2/ctx7ctl" db check; echo "check $?"
        done
        """
      try FileManager.default.createDirectory(atPath: bench.state, withIntermediateDirectories: true)
      let ended = try await Program.run(
        "unshare",
        [
          "--mount", "--propagation", "private", "bash", "-c", script, "x", bench.state, Program.directory,
          bench.directory + "/widgets",
        ],
        environment: bench.environment)
      try #require(ended.status == 0, "\(ended.output) \(ended.error)")
      var failures = 0
      for part in ended.output.components(separatedBy: "== ").dropFirst() {
        let halves = part.components(separatedBy: "-- space")
        #expect(halves[1].contains("status 0"), "\(part)")
        #expect(halves[1].contains("check 0"), "\(part)")
        #expect(halves[1].contains("[round\(part.prefix { $0.isNumber })] does"), "\(part)")
        guard !halves[0].contains("status 0") else { continue }
        failures += 1
        // 75 where there was room to record it: a disk may have space the next time.
        #expect(halves[0].contains("status 74") || halves[0].contains("status 75"), "\(part)")
        #expect(Self.saysFull(halves[0]), "\(part)")
      }
      #expect(failures > 0)
    }
  }

  private static func saysFull(_ text: String) -> Bool {
    ["disk is full", "No space left", "disk I/O error"].contains { text.contains($0) }
  }

  @Test(.enabled(if: geteuid() == 0, "needs root, to make a file system of its own"))
  func `a state directory that is read-only is said so`() async throws {
    try await Bench.with(Self.config) { bench in
      _ = try await bench.execute("quick")
      let script = """
        mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 99
        "$2/ctx7-job-exec" --job quick
        """
      let ended = try await Program.run(
        "unshare",
        ["--mount", "--propagation", "private", "bash", "-c", script, "x", bench.state, Program.directory],
        environment: bench.environment)
      #expect(ended.status == 74)
      #expect(ended.error.contains(bench.state))
      #expect(
        ended.error.contains("read-only") || ended.error.contains("readonly")
          || ended.error.contains("Read-only"))
    }
  }

  @Test(.enabled(if: geteuid() == 0, "needs root, to act as somebody else"))
  func `a state directory of somebody else is refused with the way out`() async throws {
    try await Bench.with(Self.config) { bench in
      _ = try await bench.execute("quick")
      for path in [bench.directory, bench.directory + "/ctx7.yaml"] { chmod(path, 0o755) }
      chmod(bench.state, 0o700)
      let ended = try await Program.run(
        "setpriv",
        [
          "--reuid=65534", "--regid=65534", "--clear-groups", "\(Program.directory)/ctx7-job-exec", "--job",
          "quick",
        ],
        environment: bench.environment)
      #expect(ended.status == 77)
      #expect(ended.error.contains("only root and the owner of \(bench.state) may do this"))
      #expect(ended.error.contains("hint: run it with sudo"))
    }
  }
}

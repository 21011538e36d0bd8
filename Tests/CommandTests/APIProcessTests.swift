import Foundation
import TestSupport
import Testing

/// `ctx7-api` as a process, its sockets handed over by systemd-socket-activate(1).
@Suite(
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-socket-activate"),
    "needs the package systemd"))
struct APIProcessTests {
  private let ping = "/api/v1/background-jobs/ping"

  /// Runs the service on a socket; it starts with the first connection.
  private func serving(
    _ options: String..., environment: [String] = [],
    body: @escaping (Workbench, HTTPProbe, _ signal: @Sendable (CInt) -> Void) async throws -> Void
  ) async throws -> Program.Ended {
    var ended: Program.Ended?
    try await Workbench.with { bench in
      let socket = bench.directory + "/api.sock"
      let variables = ["CTX7_STATE_DIR=\(bench.state)", "CTX7_CONFIG=\(bench.config)"] + environment
      let arguments =
        variables.flatMap { ["-E", $0] } + ["-l", socket]
        + ["\(Program.directory)/ctx7-api", "--user"] + options
      ended = try await Program.run("/usr/bin/systemd-socket-activate", arguments) { signal in
        while !FileManager.default.fileExists(atPath: socket) { try await Task.sleep(for: .milliseconds(5)) }
        try await body(bench, HTTPProbe(.file(socket)), signal)
      }
    }
    return try #require(ended)
  }

  @Test func `the first request starts it, and it leaves when nobody asks any more`() async throws {
    let ended = try await serving("--idle-seconds", "15") { _, probe, _ in
      let answer = try await probe.get(ping)
      #expect(answer.status == 200)
    }
    #expect(ended.status == 0)
    #expect(ended.output.contains("GET \"\(ping)\" 200"))
  }

  @Test func `a request that is under way when it is told to stop gets its answer`() async throws {
    let ended = try await serving { _, probe, signal in
      _ = try await probe.get(ping)
      let path = "/api/v1/background-jobs/jobs/nope/execute"
      let text = try await probe.exchange([
        "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\n\"", "a\"",
      ]) {
        // The head is there, the body still on its way: the request is under way. Another thread reads it than the one
        // that answers here.
        _ = try await probe.get(ping)
        try await Task.sleep(for: .seconds(3))
        signal(SIGTERM)
        try await Task.sleep(for: .seconds(2))
      }
      #expect(text.hasPrefix("HTTP/1.1 503 "))
      #expect(text.lowercased().contains("connection: close"))
    }
    #expect(ended.status == 0)
  }

  @Test(.timeLimit(.minutes(5)))
  func `a systemd that does not answer holds up those who wait for it, and nobody else`() async throws {
    // A program instead of a socket (sd_bus_set_address(3)), which says nothing as long as the API lives.
    let silent =
      "DBUS_SESSION_BUS_ADDRESS=unixexec:path=/bin/sh,argv1=-c,"
      + "argv2=exec%20tail%20--pid%3d%24PPID%20-f%20/dev/null%202%3e/dev/null"
    _ = try await serving(environment: [silent]) { bench, probe, signal in
      let generated = try await bench.run(
        "ctx7-units", "generate", "--user", environment: ["XDG_CONFIG_HOME": bench.directory])
      try #require(generated.status == 0, "\(generated.error)")
      try await withThrowingTaskGroup(of: HTTPProbe.Answer?.self) { group in
        for _ in 0...ProcessInfo.processInfo.activeProcessorCount {
          group.addTask {
            try? await probe.request("POST", "/api/v1/background-jobs/jobs/weekly-document-refresh/cancel")
          }
        }
        for _ in 0..<20 {
          let answer = try await probe.get(ping)
          #expect(answer.status == 200)
          try await Task.sleep(for: .milliseconds(25))
        }
        signal(SIGKILL)
        for try await answer in group { #expect(answer?.status ?? 0 == 0, "it waits still") }
      }
    }
  }

  @Test func `asked to restart it answers, and goes`() async throws {
    let ended = try await serving { _, probe, _ in
      let answer = try await probe.request("POST", "/api/v1/background-jobs/service/restart")
      #expect(answer.status == 200)
    }
    #expect(ended.status == 0)
  }

  @Test func `without a socket it says how it is started`() async throws {
    try await Workbench.with { bench in
      let ended = try await bench.run("ctx7-api", "--user")
      #expect(ended.status == 64)
      #expect(ended.error.contains("systemctl enable --now ctx7-api.socket"))
    }
  }

  @Test func `a token file with a mistake closes TCP, and not the socket of the members`() async throws {
    try await withTemporaryDirectory { directory in
      let socket = directory + "/api.sock"
      let ended = try await Program.run(
        "/usr/bin/systemd-socket-activate",
        [
          "-E", "CTX7_API_TOKENS=write 0123456789abcdef0123456789abcdef",
          "-l", socket, "-l", "127.0.0.1:18711",
          "\(Program.directory)/ctx7-api", "--user", "--state-dir", directory,
        ]
      ) { signal in
        while !FileManager.default.fileExists(atPath: socket) { try await Task.sleep(for: .milliseconds(5)) }
        #expect(try await HTTPProbe(.file(socket)).get(ping).status == 200)
        let refused = try await HTTPProbe(.port(18711)).get(ping)
        #expect(refused.status == 503)
        #expect(refused.body.contains("api-tokens has a mistake"))
        signal(SIGTERM)
      }
      #expect(ended.status == 0)
      #expect(ended.output.contains("line 1 is not 'read TOKEN [NAME]'"))
      #expect(!ended.output.contains("0123456789abcdef"))
    }
  }

  @Test func `a token file with a mistake keeps it from starting on TCP alone`() async throws {
    let ended = try await Program.run(
      "/usr/bin/systemd-socket-activate",
      [
        "-E", "CTX7_API_TOKENS=write 0123456789abcdef0123456789abcdef", "-l", "127.0.0.1:18707",
        "\(Program.directory)/ctx7-api", "--user", "--state-dir", NSTemporaryDirectory(),
      ]
    ) { _ in
      _ = try? await HTTPProbe(.port(18707)).get(ping)
    }
    #expect(ended.status == 78)
    #expect(ended.output.contains("line 1 is not 'read TOKEN [NAME]'"))
    #expect(!ended.output.contains("0123456789abcdef"))
  }

  @Test func `an address that others can reach is refused`() async throws {
    let ended = try await Program.run(
      "/usr/bin/systemd-socket-activate",
      [
        "-l", "0.0.0.0:18708", "\(Program.directory)/ctx7-api", "--user", "--state-dir",
        NSTemporaryDirectory(),
      ]
    ) { _ in
      _ = try? await HTTPProbe(.port(18708)).get(ping)
    }
    #expect(ended.status == 78)
    #expect(ended.output.contains("other hosts can reach"))
  }
}

import Foundation
import TestSupport
import Testing

/// What an execution tells the service manager, who listens here as systemd would (sd_notify(3)).
@Suite struct NotifyTests {
  /// The socket of a service manager: what is sent to it waits until it is read.
  private final class Socket {
    private let descriptor: CInt

    init(path: String) throws {
      struct Refused: Error { let code: CInt }
      descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
      let result = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      guard descriptor >= 0, result == 0 else { throw Refused(code: errno) }
    }

    deinit { close(descriptor) }

    /// All messages so far.
    func messages() -> [String] {
      var messages: [String] = []
      while true {
        let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
          count = max(0, recv(descriptor, buffer.baseAddress, buffer.count, CInt(MSG_DONTWAIT)))
        }
        if bytes.isEmpty { return messages }
        messages.append(String(decoding: bytes, as: UTF8.self))
      }
    }
  }

  private static let configuration = """
    jobs:
      - job_id: flaky
        job_type: command
        timeout_seconds: 600
        schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
        retry_config: {max_retries: 1, retry_delay_seconds: 1}
        parameters: {argv: [/bin/sh, -c, "exit 75"]}
    """

  @Test func `a delivery begins with a sign of life, and a sink's program hears nothing of the socket`()
    async throws
  {
    try await Workbench.with { bench in
      let seen = bench.directory + "/seen"
      try write(
        """
        alerts: {sinks: [{name: ops, type: command, argv: [/bin/sh, -c, "env > \(seen)"]}]}
        jobs:
          - job_id: failing
            job_type: command
            schedule: {hours: 1}
            parameters: {argv: [/bin/false]}
        """, to: bench.config)
      let path = bench.directory + "/notify"
      let socket = try Socket(path: path)
      let ended = try await bench.run(
        "ctx7-job-exec", "--job", "failing",
        environment: ["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "300000000"])
      #expect(ended.status == 70, "\(ended.error)")
      // That of the work, and that of the delivery.
      #expect(socket.messages().count { $0 == "WATCHDOG=1" } == 2)
      let variables = try String(contentsOfFile: seen, encoding: .utf8)
      #expect(variables.contains("CTX7_ALERT_TYPE=job_failure"))
      #expect(!variables.contains("NOTIFY_SOCKET") && !variables.contains("WATCHDOG_USEC"))
    }
  }

  @Test func `a retry that waited in the process may take as long as a first attempt`() async throws {
    try await Workbench.with(Self.configuration) { bench in
      let socket = try Socket(path: bench.directory + "/notify")
      let ended = try await bench.run(
        "ctx7-job-exec", "--job", "flaky", "--retry", "inline",
        environment: ["NOTIFY_SOCKET": bench.directory + "/notify"])
      #expect(ended.status == 75)
      let reasons = ended.error.split(separator: "\n").filter { $0.contains("(exit status 75)") }
      #expect(reasons.count == 2, "\(ended.error)")
      #expect(reasons.first?.contains("; retry 1 of 1 is due ") == true, "\(ended.error)")
      let extensions = socket.messages().filter { $0.hasPrefix("EXTEND_TIMEOUT_USEC=") }
      #expect(extensions == ["EXTEND_TIMEOUT_USEC=90000000", "EXTEND_TIMEOUT_USEC=660000000"])
    }
  }
}

import TestSupport
import Testing

/// What the API says of jobs whose units are not as they should be.
extension APITests {
  @Test func `the health of a job whose timer is stopped is bad`() async throws {
    try await withAPI { machine in
      #expect(try await machine.run("api member GET /health").contains(#""tidy":{"health_status":"unknown""#))
      try await machine.run("systemctl stop ctx7-job-tidy.timer")
      let health = try await machine.run("api member GET /health")
      #expect(health.contains(#""tidy":{"health_status":"unhealthy""#), "\(health)")
      #expect(health.contains(#""slow":{"health_status":"unknown""#), "\(health)")
    }
  }

  @Test func `a job that waits for its retry is not started, and its answer says until when`() async throws {
    try await withAPI { machine in
      try await machine.run(
        """
        ctx7ctl documents add http://127.0.0.1:9/llms.txt --technology nobody
        api member POST /jobs/slow/execute
        """)
      try await machine.wait(until: "ctx7ctl history slow | grep -q ' retry '")
      try await machine.wait(
        until: "[[ $(systemctl show -P SubState ctx7-job-slow.service) = auto-restart ]]")
      let again = try await machine.run("api member POST /jobs/slow/execute")
      #expect(again.contains("'slow' waits for its next attempt at "), "\(again)")
      #expect(again.hasSuffix(" 409"))
    }
  }
}

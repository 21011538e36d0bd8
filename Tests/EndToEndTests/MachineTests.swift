import TestSupport
import Testing

/// The harness itself: every other end-to-end test rests on it.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct MachineTests {
  @Test func `a machine has systemd as PID 1, our programs, and a user for the jobs`() async throws {
    try await Machine.boot { machine in
      let state = try await machine.run("systemctl is-system-running; cat /proc/1/comm; id -un ctx7")
      #expect(state == "running\nsystemd\nctx7")
      let failed = try await machine.answer("ctx7-units --nonsense; echo after; exit 3")
      #expect(failed.status == 3)
      #expect(failed.text.hasSuffix("after"))
    }
  }
}

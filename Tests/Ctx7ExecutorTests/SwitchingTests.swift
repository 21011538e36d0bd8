import Ctx7Executor
import Ctx7Model
import Testing

/// The operator's switch and its timer, without a systemd.
@Suite struct SwitchingTests {
  private struct NoBus: Error {}

  @Test func `a job is switched off with a reason, keeps it, and comes back`() async throws {
    try await Stage.with { stage in
      let id = try jobID("nightly")
      let switching = Switching(of: stage.resolved, stage.jobSwitch)
      func disable(_ reason: String?) throws -> Bool {
        try switching.disable(reason: reason, by: "eve", { nil })
      }
      func enable() throws -> Bool { try switching.enable { nil } }
      #expect(try disable(nil) == false)
      #expect(stage.jobSwitch.switchedOff(id)?.reason == "by eve")
      #expect(try disable("moving"))
      #expect(try disable(nil))
      #expect(stage.jobSwitch.switchedOff(id)?.reason == "moving")
      #expect(try enable())
      #expect(stage.jobSwitch.switchedOff(id) == nil)
      #expect(try enable() == false)
    }
  }

  @Test func `where systemd is wanted and not there, nothing is half done`() async throws {
    try await Stage.with { stage in
      let (id, jobSwitch) = (stage.resolved.config.id, stage.jobSwitch)
      let switching = Switching(of: stage.resolved, jobSwitch)
      #expect(throws: NoBus.self) { try switching.disable(reason: nil, by: "eve", { throw NoBus() }) }
      #expect(jobSwitch.switchedOff(id) == nil)
      try jobSwitch.turnOff(id, reason: "moving")
      #expect(throws: NoBus.self) { try switching.enable { throw NoBus() } }
      #expect(jobSwitch.switchedOff(id)?.reason == "moving")
    }
  }

  @Test func `what the switch does not keep off is not switched on`() async throws {
    try await Stage.with { stage in
      func refusal(_ change: (inout ResolvedJob) -> Void = { _ in }) -> Switching.Refusal? {
        var job = stage.resolved
        change(&job)
        return #expect(throws: Switching.Refusal.self) {
          try Switching(of: job, stage.jobSwitch).enable { throw NoBus() }
        }
      }
      guard case .allTurnedOff = refusal({ $0.host.enabled = false }),
        case .turnedOff = refusal({ $0.config.enabled = false })
      else { return #expect(Bool(false), "switched on against the configuration") }
      try stage.jobSwitch.turnOff(
        stage.resolved.config.id, reason: "it has run", finished: stage.resolved.config.schedule)
      #expect(
        try Switching(of: stage.resolved, stage.jobSwitch).disable(reason: "moving", by: "eve", { nil }))
      guard case .retired = refusal() else { return #expect(Bool(false), "switched on when it had retired") }
    }
  }
}

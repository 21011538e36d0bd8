import Ctx7Executor
import Ctx7History
import Ctx7Model
import Testing

/// Who started a unit, by the instants that systemd tells; all in seconds after the boot.
@Suite struct UnitStartTests {
  private func at(_ seconds: Int64) -> Timestamp { start.adding(seconds: seconds) }

  private func unitStart(
    restarts: Int = 0, ended: Int64? = nil, started: Int64, triggered: Int64, hasTriggered: Bool = true,
    active: Int64 = 1
  ) -> UnitStart {
    UnitStart(
      UnitStart.Facts(
        restarts: restarts, ended: ended.map(at) ?? Timestamp(rawValue: 0), started: at(started),
        triggered: at(triggered), hasTriggered: hasTriggered, timerActive: at(active), timersReached: at(5)),
      linkedAt: { at(-100) })
  }

  @Test(arguments: [(1, true), (10, false)] as [(Int64, Bool)])
  func `a service that starts within a second of its timer's trigger is its timer's`(
    active: Int64, startedAtBoot: Bool
  ) {
    let start = unitStart(started: 600, triggered: 600, active: active)
    let facts = TimerFacts(
      triggeredAt: at(600), activeSince: at(active), startedAtBoot: startedAtBoot, linkedAt: at(-100))
    #expect(start.origin == .timer(facts))
    #expect(start.requestsSince == at(600))
  }

  @Test func `one that had to wait for the network is its timer's too, unless something has run since`() {
    #expect(unitStart(ended: 100, started: 640, triggered: 600).trigger == .timer)
    #expect(unitStart(ended: 620, started: 640, triggered: 600).trigger == .manual)
  }

  @Test func `a trigger of before the timer's activation waits for nothing`() {
    #expect(unitStart(started: 640, triggered: 600, active: 630).trigger == .manual)
  }

  @Test func `a trigger that is only written in the timer's stamp has started nothing`() {
    let start = unitStart(started: 600, triggered: 600, hasTriggered: false)
    #expect(start.origin == .manual)
    #expect(start.requestsSince == Timestamp(rawValue: 0))
  }

  @Test func `a restart begins as the run before ends, and answers what was asked for since`() {
    let start = unitStart(restarts: 2, ended: 700, started: 700, triggered: 600)
    #expect(start.restarts == 2)
    #expect(start.requestsSince == at(700))
  }

  @Test func `what counts on after a restart that was called off is no restart`() {
    #expect(unitStart(restarts: 2, ended: 700, started: 900, triggered: 900).restarts == 0)
  }
}

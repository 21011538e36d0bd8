import Ctx7Model
import Ctx7Units

/// What can be foretold of a job's firings.
struct Preview {
  let job: String
  let timer: String
  let schedule: String
  let isEnabled: Bool
  let zone: ZoneRules
  let firings: [Timestamp]
  private let isMonotonic: Bool

  init(_ pair: UnitPlan.Pair, _ target: UnitTarget, count: Int) {
    let config = pair.job.config
    job = config.id.rawValue
    timer = config.id.timerUnit
    schedule = config.schedule.inWords
    isEnabled = pair.job.isEnabled
    zone = target.zone(of: config.schedule)
    isMonotonic = config.schedule.isMonotonic
    firings = isEnabled ? config.schedule.next(count, after: target.now, in: zone) : []
  }

  /// Why there are no firings; nil where there are.
  var reasonForNone: String? {
    if !isEnabled { return "disabled" }
    if isMonotonic { return "counted from boot and from the last run" }
    return firings.isEmpty ? "it never fires again" : nil
  }

  var json: JSONValue {
    [
      "job_id": .string(job), "timer": .string(timer), "schedule": .string(schedule),
      "enabled": .bool(isEnabled), "timezone": .string(zone.name),
      "next": .array(firings.map { JSONValue($0) }),
    ]
  }
}

import Ctx7CLI
import Ctx7Model

/// What an expression means: its lines for systemd, and its next firings.
struct Explanation {
  let schedule: Schedule
  let zone: ZoneRules
  let triggers: TimerTriggers
  let firings: [Timestamp]

  /// Explains a request.
  ///
  /// - Parameter zones: the zones that have been read; one that is missing is added.
  init(_ request: ExplainRequest, _ zones: inout ZoneCache) throws(ExplainRequest.Refusal) {
    let spec: CronSpec
    do {
      spec = try CronSpec(request.cron, for: request.job)
    } catch {
      throw ExplainRequest.Refusal(error)
    }
    if let prefix = spec.timeZone, let zone = request.timeZone, zone != prefix {
      throw ExplainRequest.Refusal(
        "timezone", nil, "'\(zone)', but the expression begins with the zone '\(prefix)'; give one of them")
    }
    let name = spec.timeZone ?? request.timeZone
    guard let zone = zones.rules(name) else {
      throw ExplainRequest.Refusal(
        "timezone", nil,
        "there is no time zone '\(name ?? "")' on this host; it is an IANA name, for example Europe/Berlin")
    }
    self.zone = zone
    schedule = Schedule(spec.recurrence, timeZone: name, clockChanges: request.clockChanges)
    triggers = schedule.triggers(in: zone, from: request.from)
    firings = schedule.next(request.count, after: request.from, in: zone)
  }

  var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("on_calendar", .array(triggers.calendar.map { .string($0.description) })),
      .init("next", .array(firings.map { JSONValue($0) })),
    ]
    if let delay = triggers.bootDelaySeconds { members.append(.init("on_boot_seconds", JSONValue(delay))) }
    if let interval = triggers.intervalSeconds {
      members.append(.init("on_unit_active_seconds", JSONValue(interval)))
    }
    return .object(members)
  }

  /// For people.
  var lines: [String] {
    var lines = [schedule.inEnglish + (schedule.isMonotonic ? "" : ", \(zone.name) time"), ""]
    if case .interval = schedule.recurrence { lines[0] = schedule.inEnglish }
    lines += triggers.calendar.map { "OnCalendar=\($0)" }
    if let delay = triggers.bootDelaySeconds { lines.append("OnBootSec=\(delay)s") }
    if let interval = triggers.intervalSeconds { lines.append("OnUnitActiveSec=\(interval)s") }
    lines.append("")
    guard !schedule.isMonotonic else { return lines + [Self.monotonic(schedule)] }
    guard !firings.isEmpty else { return lines + ["never fires again"] }
    var table = Table("NEXT FIRINGS (\(zone.name))", "UTC")
    for firing in firings { table.add(zone.text(of: firing), firing.description) }
    return lines + table.lines
  }

  private static func monotonic(_ schedule: Schedule) -> String {
    guard case .interval(let seconds) = schedule.recurrence else { return "fires once after each boot" }
    return "no calendar has an interval of \(seconds) s, so it is counted: from the start of the last run, "
      + "from the moment it is enabled, and anew at each boot"
  }
}

/// The zones that have been read from the host.
struct ZoneCache {
  private var zones: [String: ZoneRules] = [:]
  private lazy var host = HostZones.host()

  /// The rules of a zone, of the host's where no name is given; nil when there is no such zone.
  mutating func rules(_ name: String?) -> ZoneRules? {
    guard let name else { return host }
    if let zone = zones[name] { return zone }
    let zone = HostZones.read(name)
    zones[name] = zone
    return zone
  }
}

extension ZoneRules {
  /// A time in the zone: `Sun 2027-03-28 03:00:00 +02:00`.
  func text(of instant: Timestamp) -> String {
    let offset = offset(at: instant.seconds)
    let civil = CivilTime(secondsSinceEpoch: instant.seconds + Int64(offset))
    let weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][civil.weekday]
    let minutes = abs(offset) / 60
    let east = "\(offset < 0 ? "-" : "+")\((minutes / 60).padded(to: 2)):\((minutes % 60).padded(to: 2))"
    return "\(weekday) \(civil.dateText) \(civil.timeText) \(east)"
  }
}

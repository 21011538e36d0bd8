internal import Ctx7Model
internal import Yams

/// Reads the section `schedule` of a job.
struct ScheduleReader {
  private enum Kind: String, CaseIterable {
    case interval
    case cron
    case once

    /// The keys that no other kind has.
    var keys: [String] {
      switch self {
      case .interval: ScheduleReader.units.flatMap { [$0.name, "interval_\($0.name)"] }
      case .cron: ["cron_expression"]
      case .once: ["execute_at"]
      }
    }
  }

  private static let units = [
    (name: "seconds", size: 1), (name: "minutes", size: 60), (name: "hours", size: 3600),
    (name: "days", size: 86_400),
  ]

  private let reader: MappingReader
  private let job: JobID

  /// - Parameter job: whose id `H` and `~` pick by.
  init(_ reader: MappingReader, of job: JobID) {
    self.reader = reader
    self.job = job
  }

  /// How an expression is written that stands where a schedule does.
  static func advice(_ node: Node) -> String {
    guard let text = node.scalar?.string, (try? CronSpec(text)) != nil else { return "" }
    return "; write schedule: {cron_expression: \(JSONValue.quote(text))}"
  }

  /// The schedule; nil when its error is reported.
  func schedule() -> Schedule? {
    let kind = kind()
    let (recurrence, prefix) = kind.map(recurrence) ?? (nil, nil)
    // The rest is read whatever became of the recurrence, so that every problem is reported at once.
    var schedule = Schedule(recurrence ?? .reboot)
    schedule.timeZone = timeZone(prefix: prefix)
    schedule.startTime = reader.timestamp("start_time")
    schedule.endTime = reader.timestamp("end_time")
    schedule.maxExecutions = reader.integer("max_executions", 1...Int.max)
    schedule.jitterSeconds = reader.integer("jitter_seconds", 0...86_400) ?? 0
    schedule.catchUp = reader.bool("catch_up") ?? true
    schedule.clockChanges = reader.choice("clock_changes", ClockChangePolicy.self) ?? .cron
    if let start = schedule.startTime, let end = schedule.endTime, end <= start {
      reader.diagnostics.error(
        reader.position(of: "end_time"), "end_time is not after start_time: the job never fires")
    }
    refuseKeys(notOf: kind)
    if let recurrence, !reader.diagnostics.hasErrors { noteIdleKeys(of: recurrence, prefix: prefix) }
    reader.finish()
    return recurrence == nil ? nil : schedule
  }

  /// Where no type is given, the keys tell it; nil when the error of the type is reported.
  private func kind() -> Kind? {
    let written = reader.choice("schedule_type", Kind.self)
    if reader.has("schedule_type") { return written }
    let given = Kind.allCases.compactMap { kind in kind.keys.first(where: reader.has).map { (kind, $0) } }
    for (_, key) in given.dropFirst() {
      reader.diagnostics.error(
        reader.keyPosition(of: key), "\(given[0].1) and \(key) are two schedules; remove one of them")
    }
    guard let kind = given.first?.0 else {
      reader.diagnostics.error(
        reader.position,
        "a schedule needs cron_expression, or execute_at, or seconds, minutes, hours or days")
      return nil
    }
    return kind
  }

  private func refuseKeys(notOf kind: Kind?) {
    for other in Kind.allCases where other != kind {
      for key in other.keys {
        reader.accept(key)
        guard reader.has(key), reader.has("schedule_type"), let kind else { continue }
        reader.diagnostics.error(
          reader.keyPosition(of: key),
          "\(key) needs schedule_type: \(other.rawValue); this schedule is of schedule_type \(kind.rawValue)")
      }
    }
  }

  /// What is right everywhere, and changes nothing here.
  ///
  /// - Parameter prefix: the zone that the expression begins with (`CRON_TZ=`).
  private func noteIdleKeys(of recurrence: Schedule.Recurrence, prefix: String?) {
    guard let reason = recurrence.reasonForNoZone else { return }
    let idle = ["timezone", "clock_changes"] + (recurrence == .reboot ? ["catch_up"] : [])
    for key in idle where reader.has(key) {
      reader.diagnostics.note(reader.keyPosition(of: key), "\(key) has no effect: \(reason)")
    }
    if let prefix {
      reader.diagnostics.note(
        reader.position(of: "cron_expression"), "the zone \(prefix) in front has no effect: \(reason)")
    }
  }

  private func recurrence(_ kind: Kind) -> (Schedule.Recurrence?, timeZone: String?) {
    switch kind {
    case .cron: cron()
    case .interval: (interval(), nil)
    case .once: (reader.timestamp("execute_at").map { .once($0) } ?? missing("execute_at", "once"), nil)
    }
  }

  private func cron() -> (Schedule.Recurrence?, timeZone: String?) {
    guard let text = reader.string("cron_expression") else {
      return (missing("cron_expression", "cron"), nil)
    }
    // A block scalar ends with one.
    let source = text.last == "\n" ? String(text.dropLast()) : text
    do {
      let spec = try CronSpec(source, for: job)
      if let zone = spec.timeZone {
        reader.diagnostics.names(zone: zone, reader.position(of: "cron_expression"))
      }
      return (spec.recurrence, spec.timeZone)
    } catch {
      var position = reader.position(of: "cron_expression")
      if let offset = reader.textOffset(of: "cron_expression") {
        position.column += offset + error.column - 1
      }
      reader.diagnostics.error(position, "\(error)")
      return (nil, nil)
    }
  }

  /// Seconds, minutes, hours and days add up; the names may carry the prefix `interval_`.
  private func interval() -> Schedule.Recurrence? {
    var parts: [Int?] = []
    for (unit, size) in Self.units {
      for key in [unit, "interval_\(unit)"] {
        let count = reader.integer(key, 0...315_360_000 / size)
        if reader.has(key) { parts.append(count.map { $0 * size }) }
      }
    }
    guard !parts.isEmpty else { return missing("seconds, minutes, hours or days", "interval") }
    let known = parts.compactMap { $0 }
    guard known.count == parts.count else { return nil }
    let total = known.reduce(0, +)
    guard total > 0 else {
      reader.diagnostics.error(reader.position, "the interval is at least 1 second")
      return nil
    }
    return .interval(seconds: total)
  }

  private func missing(_ key: String, _ type: String) -> Schedule.Recurrence? {
    if !reader.has(key) {
      reader.diagnostics.error(reader.position, "a schedule of schedule_type \(type) needs \(key)")
    }
    return nil
  }

  /// - Parameter prefix: the zone that the expression begins with (`CRON_TZ=`).
  private func timeZone(prefix: String?) -> String? {
    guard let name = reader.string("timezone") else { return prefix }
    guard Schedule.isZoneName(name) else {
      reader.diagnostics.error(
        reader.position(of: "timezone"), "timezone: '\(name)' is no IANA name such as Europe/Berlin or UTC")
      return nil
    }
    reader.diagnostics.names(zone: name, reader.position(of: "timezone"))
    if let prefix, prefix != name {
      reader.diagnostics.error(
        reader.position(of: "timezone"),
        "timezone: '\(name)', but the cron_expression begins with the zone '\(prefix)'; give one of them")
    }
    return name
  }
}

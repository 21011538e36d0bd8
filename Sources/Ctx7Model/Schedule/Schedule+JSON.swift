extension Schedule {
  /// The schedule under the reference's names.
  public var json: JSONValue {
    var members: [JSONValue.Member]
    switch recurrence {
    case .cron(let expression):
      members = [.init("schedule_type", "cron"), .init("cron_expression", .string(expression.source))]
    case .interval(let seconds):
      members = [.init("schedule_type", "interval"), .init("seconds", JSONValue(seconds))]
    case .once(let instant):
      members = [.init("schedule_type", "once"), .init("execute_at", JSONValue(instant))]
    case .reboot:
      members = [.init("schedule_type", "cron"), .init("cron_expression", "@reboot")]
    }
    if let timeZone { members.append(.init("timezone", .string(timeZone))) }
    if let startTime { members.append(.init("start_time", JSONValue(startTime))) }
    if let endTime { members.append(.init("end_time", JSONValue(endTime))) }
    if let maxExecutions { members.append(.init("max_executions", JSONValue(maxExecutions))) }
    members.append(.init("jitter_seconds", JSONValue(jitterSeconds)))
    members.append(.init("catch_up", .bool(catchUp)))
    members.append(.init("clock_changes", .string(clockChanges.rawValue)))
    return .object(members)
  }

  /// Reads what `json` wrote.
  ///
  /// - Parameter job: whose id `H` and `~` pick by.
  public init(json: JSONValue, of job: JobID? = nil) throws(StoredConfigError) {
    let timestamp: (JSONValue) -> Timestamp? = { $0.string.flatMap { Timestamp(rfc3339: $0) } }
    let recurrence: Recurrence
    switch try json.required("schedule_type", \.string) {
    case "cron":
      let source = try json.required("cron_expression", \.string)
      guard let spec = try? CronSpec(source, for: job) else {
        throw StoredConfigError(key: "cron_expression")
      }
      recurrence = spec.recurrence
    case "interval": recurrence = .interval(seconds: try json.required("seconds", \.integer))
    case "once": recurrence = .once(try json.required("execute_at", timestamp))
    default: throw StoredConfigError(key: "schedule_type")
    }
    self.init(
      recurrence,
      timeZone: try json.optional("timezone", \.string),
      startTime: try json.optional("start_time", timestamp),
      endTime: try json.optional("end_time", timestamp),
      maxExecutions: try json.optional("max_executions", \.integer),
      jitterSeconds: try json.required("jitter_seconds", \.integer),
      catchUp: try json.required("catch_up", \.bool),
      clockChanges: try json.required("clock_changes") { $0.string.flatMap(ClockChangePolicy.init) })
  }
}

import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7Executor
import Ctx7History
import Ctx7Model
import Ctx7Systemd

struct Show: Command {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show one execution: its attempts, result and error, and the end of what it logged.")

  @Argument(help: "The execution's id, as 'ctx7ctl history' lists it.")
  var execution: String

  @Option(help: "How many lines of its log to show.")
  var lines = 20

  @Flag(help: "Print JSON: the execution with its attempts and its log.")
  var json = false

  @OptionGroup var times: TimeOptions
  @OptionGroup var location: LocationOptions

  func validate() throws {
    guard (0...10_000).contains(lines) else { throw ValidationError("--lines is 0 to 10000, not \(lines)") }
  }

  func run() async throws {
    let history = try HistoryStore(path: location.locations.historyFile, access: .readOnly)
    guard let record = try history.execution(execution) else {
      throw Failure(
        .usage, "there is no execution '\(execution)'",
        hint:
          "\(location.locations.scope.command("ctx7ctl history")) lists the executions; one that was just asked for "
          + "is there once its unit has begun"
      )
    }
    let attempts = try history.attempts(correlationID: record.correlationID).filter {
      $0.jobID == record.jobID
    }
    let log = try record.log(lines)
    if json {
      guard case .object(let members) = record.json else { return }
      let added: [JSONValue.Member] = [
        .init("attempts", .array(attempts.map(\.json))), .init("log", .array(log.map(\.json))),
      ]
      return Console.standardOutput(JSONValue.object(members + added).pretty)
    }
    show(record)
    if attempts.count > 1 { show(attempts) }
    if let details = record.ending?.failure?.details {
      Console.standardOutput("\nerror details\n\(details.pretty)")
    }
    if let result = record.ending?.result { Console.standardOutput("\nresult\n\(result.pretty)") }
    guard !log.isEmpty else { return }
    Console.standardOutput("\nlog")
    for entry in log { Console.standardOutput("  \(entry.line)") }
  }

  private func state(of record: ExecutionRecord) -> String {
    record.stateInWords(lockDirectory: location.locations.lockDirectory)
  }

  private func show(_ record: ExecutionRecord) {
    let ending = record.ending
    var table = Table("EXECUTION", record.id)
    table.add("job", record.jobID.rawValue)
    table.add("status", state(of: record))
    table.add("started", record.startedAt.local + (record.trigger == .timer ? " by its timer" : " by hand"))
    if let scheduled = record.scheduledFor { table.add("scheduled for", scheduled.local) }
    if let completed = ending?.completedAt { table.add("ended", completed.local) }
    if let seconds = ending?.durationSeconds { table.add("duration", seconds.asDuration) }
    table.add("correlation id", record.correlationID)
    if let invocation = record.invocationID { table.add("invocation id", invocation) }
    if let ending {
      table.add("records", "\(ending.recordsProcessed) processed, \(ending.recordsFailed) failed")
      if let memory = ending.memoryMB { table.add("peak memory", "\(memory.formatted(decimals: 1)) MB") }
      if let cpu = ending.cpuPercent { table.add("CPU", "\(cpu.formatted(decimals: 1)) %") }
      if let error = record.errorText { table.add("error", error) }
      if let next = ending.nextAttemptAt { table.add("next attempt", next.local) }
    }
    table.print(otherwise: "")
  }

  private func show(_ attempts: [ExecutionRecord]) {
    var table = Table("ATTEMPT", "STARTED", "STATUS", "DURATION", "EXECUTION", "ERROR")
    for record in attempts {
      table.add(
        String(record.retryCount + 1), record.startedAt.local, state(of: record),
        record.ending?.durationSeconds?.asDuration ?? "-", record.id, record.ending?.failure?.message ?? "")
    }
    Console.standardOutput("")
    table.print(otherwise: "")
  }
}

extension ExecutionRecord {
  /// The end of what the execution wrote itself, and where that is short, of what systemd says about its unit run.
  fileprivate func log(_ count: Int) throws -> [Journal.Entry] {
    guard count > 0 else { return [] }
    let run = invocationID?.replacing("-", with: "")
    let own =
      [Journal.Match("CTX_EXECUTION_ID", id)] + (run.map { [.init("_SYSTEMD_INVOCATION_ID", $0)] } ?? [])
    let entries = try Journal(matching: own).last(count)
    guard let run, entries.count < count else { return entries }
    let about = [Journal.Match("INVOCATION_ID", run), .init("USER_INVOCATION_ID", run)]
    let others = try Journal(matching: about).last(count - entries.count)
    return (entries + others).sorted { $0.time < $1.time }
  }
}

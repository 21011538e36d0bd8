import Ctx7Model
import TestSupport
import Testing

/// Real timers of a real systemd through a month of simulated time.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct SimulatedMonthTests {
  // The clocks of Europe/Berlin are set forward on 2027-03-28, those of America/New_York on 2027-03-14.
  private let start = Timestamp(seconds: 1_804_507_200)  // 2027-03-08 12:00 UTC
  private let firstPart: Int64 = 8 * 86_400
  private let weekOff: Int64 = 7 * 86_400
  private let secondPart: Int64 = 15 * 86_400

  /// The default jobs, and ten odd ones, none with more firings than the 1000 that `next` foretells; their instants keep
  /// away from noon UTC, at which the machine goes up and down: the day is divided by three, or by 25.
  private var config: String {
    let odd = [
      #"cron_expression: "30 2 * * *", catch_up: false"#,
      #"cron_expression: "0 0 LW * *""#,
      #"cron_expression: "15 3 15W * *""#,
      #"cron_expression: "45 2 * * sun", timezone: America/New_York"#,
      #"cron_expression: "5 */8 * * fri#4", timezone: Asia/Kathmandu"#,
      #"cron_expression: "10 1 1,20 * wed""#,
      #"cron_expression: "30 0 4 */3 * *", timezone: Australia/Lord_Howe"#,
      #"cron_expression: "@weekly", clock_changes: systemd"#,
      #"cron_expression: "@every 2d""#,
      #"cron_expression: "H H(0-5) * * tue""#,
    ]
    let builtIn = ["daily-ttl-cleanup", "weekly-document-refresh", "health-check", "daily-maintenance"]
    return """
      health_check_interval_seconds: \(Effort.isProof ? 3456 : 28_800)
      jobs:
      \(builtIn.map { "  - job_id: \($0)" }.joined(separator: "\n"))
      \(odd.enumerated().map { index, schedule in
        """
          - job_id: odd-\(index)
            job_type: health_check
            schedule: {schedule_type: cron, \(schedule)}
        """
      }.joined(separator: "\n"))
      """
  }

  @Test func `every firing of a month comes when it was foretold, once, and what was missed is made up once`()
    async throws
  {
    try await withTemporaryDirectory { directory in
      var foretold: [String: [Timestamp]] = [:]
      try await Machine.boot(["--state", directory], at: start.seconds) { machine in
        try await machine.write(config, to: "/etc/ctx7/ctx7.yaml")
        try await machine.run(
          """
          ln -sf /usr/share/zoneinfo/Europe/Berlin /etc/localtime
          ctx7-units generate
          # The files of a simulated machine have real times.
          touch --no-dereference /etc/systemd/system/timers.target.wants/ctx7-job-*
          """)
        foretold = try instants(await machine.run("ctx7-units next --all --count 1000 --json"))
        try await machine.run("clockjump run \(firstPart)")
      }
      var runs: [JSONValue] = []
      var status: [JSONValue] = []
      let second = start.seconds + firstPart + weekOff
      try await Machine.boot(["--state", directory], at: second) { machine in
        try await machine.run("clockjump run \(secondPart)")
        runs = try JSONValue(parsing: await machine.run("ctx7ctl history --limit 10000 --json")).array ?? []
        status = try JSONValue(parsing: await machine.run("ctx7ctl status --json")).array ?? []
      }
      #expect(foretold.count == 14)
      for (job, instants) in foretold {
        try check(
          // Firings, not attempts: on a busy machine a jump of the clocks may end an attempt, which is tried again.
          job, instants,
          runs.filter { $0["job_id"]?.string == job && $0["retry_count"]?.integer == 0 }.reversed(),
          status.first { $0["job_id"]?.string == job }?["metrics"])
      }
    }
  }

  private func instants(_ json: String) throws -> [String: [Timestamp]] {
    var instants: [String: [Timestamp]] = [:]
    for job in try JSONValue(parsing: json).array ?? [] {
      instants[try #require(job["job_id"]?.string)] = job["next"]?.array?.compactMap {
        $0.string.flatMap { Timestamp(rfc3339: $0) }
      }
    }
    return instants
  }

  private func check(_ job: String, _ instants: [Timestamp], _ runs: [JSONValue], _ metrics: JSONValue?)
    throws
  {
    let off = start.adding(seconds: firstPart)
    let on = off.adding(seconds: weekOff)
    let end = on.adding(seconds: secondPart)
    let missed = instants.filter { off < $0 && $0 < on }
    let catchesUp = job != "odd-0"
    let madeUp = catchesUp ? missed.suffix(1) : []
    let expected = instants.filter { $0 < off } + madeUp + instants.filter { on < $0 && $0 < end }
    let due = runs.compactMap { $0["scheduled_for"]?.string.flatMap { Timestamp(rfc3339: $0) } }
    #expect(due == expected, "\(job)")
    for (run, due) in zip(runs, due) {
      let started = try #require(run["started_at"]?.string.flatMap { Timestamp(rfc3339: $0) })
      if madeUp.contains(due) {
        #expect(run["missed_firings"]?.integer == missed.count, "\(job)")
        #expect(started > on)
      } else {
        // AccuracySec=1s, and the start of a process on a busy machine.
        #expect(
          (0...10_000).contains(started.milliseconds(since: due)), "\(job) at \(due) started \(started)")
      }
    }
    // What is counted at the next firing of the timer is not counted before it.
    guard catchesUp || expected.contains(where: { $0 > on }) else { return }
    #expect((metrics?["missed_firings"]?.integer ?? 0) == missed.count, "\(job)")
    #expect((metrics?["made_up_firings"]?.integer ?? 0) == madeUp.count, "\(job)")
  }
}

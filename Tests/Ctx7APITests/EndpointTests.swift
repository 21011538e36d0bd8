import Ctx7History
import Ctx7Model
import Foundation
import TestSupport
import Testing

/// What the endpoints answer, under the reference's paths and names.
struct EndpointTests {
  @Test func `jobs are listed, and filtered by type and by whether they are enabled`() async throws {
    try await Bench.with { bench in
      let all = try #require(try await bench.json("/jobs").array)
      #expect(all.compactMap { $0["job_id"]?.string } == ["nightly-cleanup", "weekly-refresh"])
      #expect(all[1]["created_at"]?.string == Bench.now.description)
      #expect(all[1]["schedule"]?.string == "every hour")
      let enabled = try #require(try await bench.json("/jobs?enabled_only=true").array)
      #expect(enabled.compactMap { $0["job_id"]?.string } == ["weekly-refresh"])
      let cleanups = try #require(try await bench.json("/jobs?job_type=ttl_cleanup").array)
      #expect(cleanups.compactMap { $0["job_id"]?.string } == ["nightly-cleanup"])
    }
  }

  @Test func `what jobs of one type differ in is no setting of the service`() async throws {
    var other = JobConfig.refresh
    other.id = try #require(JobID(rawValue: "other-refresh"))
    guard case .documentRefresh(var parameters) = other.work else {
      return #expect(Bool(false), "no refresh")
    }
    parameters.thresholdDays += 1
    other.work = .documentRefresh(parameters)
    try await Bench.with(jobs: [.refresh, .cleanup, other]) { bench in
      let settings = try await bench.json("/service/info")["context7_config"]
      #expect(settings?["refresh_threshold_days"] == .null)
      #expect(settings?["refresh_batch_size"]?.integer == parameters.batchSize)
    }
  }

  @Test func `a job that an operator has switched off is not enabled`() async throws {
    try await Bench.with { bench in
      #expect(try await bench.json("/jobs/weekly-refresh")["enabled"]?.bool == true)
      try Data("off".utf8).write(to: URL(fileURLWithPath: bench.directory + "/disabled/weekly-refresh"))
      #expect(try await bench.json("/jobs/weekly-refresh")["enabled"]?.bool == false)
    }
  }

  @Test func `the history comes in pages, by state, with its size`() async throws {
    try await Bench.with { bench in
      try bench.history.fill(.refresh, 50)
      let page = try await bench.json("/executions/history/weekly-refresh?limit=10&offset=5")
      let ids = page["executions"]?.array?.compactMap { $0["execution_id"]?.string }
      #expect(ids == (35..<45).reversed().map { "weekly-refresh_\($0)" })
      #expect(page["total"]?.integer == 50)
      #expect(page["count"]?.integer == 10)
      let failed = try await bench.json("/executions/history/weekly-refresh?status=failed&limit=100")
      #expect(failed["total"]?.integer == 12)
      #expect(
        failed["executions"]?.array?.allSatisfy { $0["error_class"]?.string == "ConnectionError" } == true)
    }
  }

  @Test func `one execution is found by its id`() async throws {
    try await Bench.with { bench in
      try bench.history.fill(.refresh, 4)
      let execution = try await bench.json("/executions/weekly-refresh_3")
      #expect(execution["status"]?.string == "failed")
      #expect(execution["error_message"]?.string == "connection refused")
      #expect(try await bench.local.get("/api/v1/background-jobs/executions/nope").status == 404)
    }
  }

  @Test func `a row whose process died is not running`() async throws {
    try await Bench.with { bench in
      try bench.history.open(
        ExecutionRecord(
          id: "weekly-refresh_dead", jobID: .refresh, status: .running, trigger: .timer, startedAt: Bench.now,
          correlationID: "scheduled_dead"))
      #expect(try await bench.json("/executions/running")["count"]?.integer == 0)
      #expect(try await bench.json("/health")["running_jobs"]?.integer == 0)
    }
  }

  @Test func `a service that is turned off tells its health all the same`() async throws {
    var off = HostSettings()
    off.enabled = false
    try await Bench.with(host: off) { bench in
      try bench.history.fill(.refresh, 1)
      let health = try await bench.json("/health")
      #expect(health["status"]?.string == "unknown")
      #expect(health["running_jobs"] == 0)
      #expect(health["metrics"]?["weekly-refresh"]?["consecutive_failures"] == 0)
      #expect(try await bench.json("/jobs?enabled_only=true").array == [])
    }
  }

  @Test(arguments: [true, false])
  func `what the configuration has turned off is not enabled by a request`(hostIsOn: Bool) async throws {
    try await Bench.with(host: HostSettings(enabled: hostIsOn)) { bench in
      let answer = try await bench.local.request(
        "POST", "/api/v1/background-jobs/jobs/nightly-cleanup/enable")
      #expect(answer.status == 409)
      #expect(
        answer.body.contains(hostIsOn ? "is disabled by its configuration" : "all jobs are turned off"),
        "\(answer.body)")
      #expect(answer.body.contains("'ctx7-units generate --user'"), "\(answer.body)")
    }
  }

  @Test func `health and summary count jobs and name each one's state`() async throws {
    try await Bench.with { bench in
      try bench.history.fill(.refresh, 4)
      let health = try await bench.json("/health")
      #expect(health["status"]?.string == "degraded")
      #expect(health["metrics"]?["weekly-refresh"]?["health_status"]?.string == "degraded")
      #expect(health["metrics"]?["nightly-cleanup"]?["health_status"]?.string == "unknown")
      let summary = try await bench.json("/stats/summary")
      #expect(summary["summary"]?["total_jobs"]?.integer == 2)
      #expect(summary["summary"]?["disabled_jobs"]?.integer == 1)
      #expect(summary["job_type_distribution"]?["document_refresh"]?.integer == 1)
      #expect(summary["timestamp"]?.string == Bench.now.description)
    }
  }

  @Test(arguments: [
    ("/jobs/nope", 404), ("/jobs/nope/metrics", 404), ("/executions/history/nope", 404), ("/nothing", 404),
    ("/jobs?enabled_only=maybe", 422), ("/jobs?job_type=x", 422), ("/jobs?enabled=true", 422),
    ("/executions/history/weekly-refresh?limit=0", 422),
    ("/executions/history/weekly-refresh?limit=101", 422),
    ("/executions/history/weekly-refresh?offset=-1", 422),
    ("/executions/history/weekly-refresh?status=x", 422),
    ("/dead-letters/7", 404), ("/dead-letters/x", 422), ("/dead-letters?job_id=nope", 404),
    ("/alerts?job_id=nope", 404), ("/documents?workspace=A%20B", 422),
    ("/documents/nope", 404),
  ])
  func `what cannot be answered is refused with one sentence`(path: String, status: Int) async throws {
    try await Bench.with { bench in
      let answer = try await bench.local.get("/api/v1/background-jobs" + path)
      #expect(answer.status == status)
      let detail = try #require(try JSONValue(parsing: answer.body)["detail"]?.string)
      #expect(detail.count > 10)
    }
  }

  @Test func `a path that takes other methods says which`() async throws {
    try await Bench.with { bench in
      let answer = try await bench.local.request("DELETE", "/api/v1/background-jobs/jobs")
      #expect(answer.status == 405)
      #expect(answer.headers["allow"] == "GET, HEAD")
    }
  }

  @Test func `without a history the answer says how to get one`() async throws {
    try await Bench.with(jobs: nil) { bench in
      let answer = try await bench.local.get("/api/v1/background-jobs/jobs")
      #expect(answer.status == 503)
      #expect(answer.body.contains("ctx7-units generate"))
      try bench.history.store([ResolvedJob(config: .refresh, host: HostSettings())], at: Bench.now)
      #expect(try await bench.json("/jobs").array?.count == 1)
    }
  }

  @Test func `what a job that is gone has left is listed, and a job that never was is refused`() async throws
  {
    try await Bench.with { bench in
      try bench.addDeadLetter(message: "gone for good")
      try bench.history.store([], at: Bench.now)
      let prefix = "/api/v1/background-jobs"
      for path in ["/executions/history/", "/dead-letters?job_id=", "/alerts?job_id="] {
        #expect(try await bench.local.get(prefix + path + "weekly-refresh").status == 200, "\(path)")
        #expect(try await bench.local.get(prefix + path + "typo").status == 404, "\(path)")
      }
      let typo = try await bench.local.request("DELETE", prefix + "/dead-letters?job_id=typo")
      #expect(typo.status == 404)
    }
  }

  @Test func `executing without systemd is refused with a hint and leaves no request`() async throws {
    try await Bench.with { bench in
      let answer = try await bench.local.request(
        "POST", "/api/v1/background-jobs/jobs/weekly-refresh/execute")
      #expect(answer.status == 503)
      #expect(answer.body.contains("hint"))
      #expect(try bench.history.claimRequest(of: .refresh, at: Bench.now) == nil)
    }
  }

  @Test func `dead letters and alerts are listed, shown and purged`() async throws {
    try await Bench.with { bench in
      try bench.addDeadLetter(message: "gone for good")
      let letters = try await bench.json("/dead-letters?job_id=weekly-refresh")
      #expect(letters["total"]?.integer == 1)
      let id = try #require(letters["dead_letters"]?.array?.first?["dead_letter_id"]?.integer)
      #expect(try await bench.json("/dead-letters/\(id)")["error_message"]?.string == "gone for good")
      let unclear = try await bench.local.request("DELETE", "/api/v1/background-jobs/dead-letters")
      #expect(unclear.status == 422)
      #expect(unclear.body.contains("say which letters"))
      #expect(try await bench.json("/dead-letters")["total"]?.integer == 1)
      let purged = try await bench.local.request("DELETE", "/api/v1/background-jobs/dead-letters/\(id)")
      #expect(purged.status == 200)
      #expect(try await bench.json("/dead-letters")["total"]?.integer == 0)
      _ = try bench.history.raise(
        Alert(
          .failure, .error, jobID: .refresh, executionID: "x", message: "it failed", timestamp: Bench.now),
        repeatSeconds: nil, sinks: ["journal"])
      #expect(try await bench.json("/alerts")["alerts"]?.array?.first?["message"]?.string == "it failed")
    }
  }
}

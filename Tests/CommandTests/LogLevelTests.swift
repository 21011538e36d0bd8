import TestSupport
import Testing

/// From which level on a run says something.
@Suite struct LogLevelTests {
  private func log(_ arguments: String..., environment: [String: String] = [:]) async throws -> Program.Ended
  {
    var ended: Program.Ended?
    try await Workbench.with("jobs: [{job_id: tidy, job_type: maintenance, schedule: {hours: 1}}]") { bench in
      ended = try await Program.run(
        "ctx7-job-exec", ["--job", "tidy"] + arguments,
        environment: bench.environment.merging(environment) { $1 })
    }
    return try #require(ended)
  }

  @Test func `steps are told by default, details from debug on, and only trouble from warning on`()
    async throws
  {
    let usual = try await log()
    #expect(usual.error.contains("PIPELINE_METRICS: step=job_execution_start"))
    #expect(!usual.error.contains("holds lock"))
    let detailed = try await log("--log-level", "debug")
    #expect(detailed.error.contains("PIPELINE_METRICS: step=job_execution_start"))
    #expect(detailed.error.contains("holds lock 0 of 1"))
    let quiet = try await log("--log-level", "warning")
    #expect(!quiet.error.contains("PIPELINE_METRICS"))
    #expect(quiet.output.hasPrefix("tidy completed"))
  }

  @Test func `the variable says the same, and the option wins`() async throws {
    let debug = ["CTX7_LOG": "debug"]
    #expect(try await log(environment: debug).error.contains("holds lock"))
    #expect(try await log("--log-level", "info", environment: debug).error.contains("holds lock") == false)
    #expect(try await log(environment: ["CTX7_LOG": ""]).error.contains("holds lock") == false)
  }

  @Test func `a level that there is not is refused with those that there are`() async throws {
    let variable = try await log(environment: ["CTX7_LOG": "loud"])
    #expect(variable.status == 64)
    #expect(variable.error.contains("CTX7_LOG: 'loud' is no level; it is one of trace, debug, info"))
    let option = try await log("--log-level", "loud")
    #expect(option.status == 64)
    #expect(option.error.contains("'loud'"))
    #expect(option.error.contains("debug"))
  }
}

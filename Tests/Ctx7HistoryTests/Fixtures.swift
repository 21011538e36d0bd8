import Ctx7History
import Ctx7Model
import TestSupport

/// A history in a directory of its own.
func withHistory(_ body: (HistoryStore, String) async throws -> Void) async throws {
  try await withTemporaryDirectory { directory in
    let path = directory + "/jobs.sqlite"
    try await body(HistoryStore(path: path), path)
  }
}

let start = Timestamp(seconds: 1_790_000_000)

func jobID(_ text: String) throws -> JobID {
  struct NotAnID: Error {}
  guard let id = JobID(rawValue: text) else { throw NotAnID() }
  return id
}

func attempt(
  _ id: String, of job: String = "nightly", at time: Timestamp = start, retry: Int = 0,
  invocation: String? = nil
) throws -> ExecutionRecord {
  ExecutionRecord(
    id: id, jobID: try jobID(job), status: .running, trigger: .manual, startedAt: time, retryCount: retry,
    correlationID: "manual_\(id)", invocationID: invocation)
}

func ending(
  after seconds: Double, failure: JobFailure? = nil, processed: Int = 0, failed: Int = 0,
  memory: Double? = nil
) -> ExecutionRecord.Ending {
  ExecutionRecord.Ending(
    completedAt: start.adding(milliseconds: Int64(seconds * 1000)), durationSeconds: seconds,
    failure: failure,
    recordsProcessed: processed, recordsFailed: failed, memoryMB: memory, cpuPercent: memory.map { _ in 50 })
}

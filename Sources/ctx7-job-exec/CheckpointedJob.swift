import Ctx7Database
import Ctx7Model

/// A job that writes many documents, each of which could be fetched or deleted again: they are flushed to disk once,
/// before the history says that they are there.
struct CheckpointedJob: Job {
  let job: any Job
  let file: DatabaseFile

  func run(_ context: JobContext) async throws -> JobReport {
    let report = try await job.run(context)
    try file.checkpointWrites()
    return report
  }
}

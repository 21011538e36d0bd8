public import Ctx7Database
public import Ctx7Model
internal import GRDB

extension HistoryStore {
  /// Counts a firing that did nothing.
  ///
  /// - Parameter due: what it answers for, where a timer started it.
  public func countSkipped(_ jobID: JobID, answering due: DueFiring? = nil, at now: Timestamp)
    throws(StorageError)
  {
    try file.write { database in
      var metrics = try JobMetrics.fetch(database, jobID: jobID) ?? JobMetrics(jobID: jobID)
      if let due { metrics.answer(for: due) }
      metrics.skippedFirings += 1
      metrics.updatedAt = now
      try metrics.save(database)
    }
  }

  /// Counts a firing of a timer that is about to run; false, and nothing is counted, when it would be one too many.
  static func countFiring(
    _ record: ExecutionRecord, answering due: DueFiring?, atMost limit: Int?, _ database: Database
  ) throws -> Bool {
    var metrics = try JobMetrics.fetch(database, jobID: record.jobID) ?? JobMetrics(jobID: record.jobID)
    if let limit, metrics.timerFirings >= limit { return false }
    if let due { metrics.answer(for: due) }
    metrics.timerFirings += 1
    metrics.updatedAt = record.startedAt
    try metrics.save(database)
    return true
  }
}

extension JobMetrics {
  /// Counts what a timer's firing answers for: what was missed before it, and what it makes up for.
  fileprivate mutating func answer(for due: DueFiring) {
    missedFirings += due.missed
    madeUpFirings += due.isMadeUp ? 1 : 0
    skippedFirings += due.overrun
    lastDueAt = due.scheduledFor
  }
}

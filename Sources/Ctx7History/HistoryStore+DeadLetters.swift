public import Ctx7Database
public import Ctx7Model
internal import GRDB

extension HistoryStore {
  /// The dead letters of one job or of all, the newest first.
  public func deadLetters(of jobID: JobID? = nil, limit: Int = 100, offset: Int = 0) throws(StorageError)
    -> [DeadLetter]
  {
    let filter = JobFilter(jobID)
    return try file.read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT * FROM background_job_dead_letters \(filter.sql) ORDER BY dead_letter_id DESC LIMIT ? OFFSET ?
          """,
        arguments: filter.arguments + [limit, offset]
      ).map(DeadLetter.init(row:))
    }
  }

  /// One dead letter by its number.
  public func deadLetter(_ id: Int64) throws(StorageError) -> DeadLetter? {
    try file.read { database in
      try Row.fetchOne(
        database, sql: "SELECT * FROM background_job_dead_letters WHERE dead_letter_id = ?", arguments: [id]
      ).map(DeadLetter.init(row:))
    }
  }

  /// Notes that the job was made to run again because of a letter.
  public func markRetried(_ id: Int64, at now: Timestamp) throws(StorageError) {
    try file.write { database in
      try database.execute(
        sql: "UPDATE background_job_dead_letters SET retried_at = ? WHERE dead_letter_id = ?",
        arguments: [now, id])
    }
  }

  /// Deletes dead letters: one, those of a job, those that failed before an instant; all of them without conditions.
  ///
  /// - Returns: how many were deleted.
  @discardableResult
  public func purgeDeadLetters(
    id: Int64? = nil, of jobID: JobID? = nil, failedBefore cutOff: Timestamp? = nil
  ) throws(StorageError) -> Int {
    try file.write { database in
      try database.execute(
        sql: """
          DELETE FROM background_job_dead_letters
          WHERE (?1 IS NULL OR dead_letter_id = ?1) AND (?2 IS NULL OR job_id = ?2)
            AND (?3 IS NULL OR failed_at < ?3)
          """,
        arguments: [id, jobID?.rawValue, cutOff])
      return database.changesCount
    }
  }

  /// Deletes all but the newest `limit` dead letters.
  ///
  /// - Returns: how many were deleted.
  public func pruneDeadLetters(keeping limit: Int) throws(StorageError) -> Int {
    try file.write { try DeadLetter.prune(keeping: limit, $0) }
  }
}

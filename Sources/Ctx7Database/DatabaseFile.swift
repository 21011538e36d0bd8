internal import CSQLite
internal import Foundation
public import GRDB
internal import GRDBSQLite

/// An SQLite file of ours, opened in the one way in which all of ours are.
///
/// One writer at a time, any number of readers (WAL).
public struct DatabaseFile: Sendable {
  /// Where the file is.
  public let path: String
  private let queue: DatabaseQueue

  /// What the caller may do.
  public enum Access: Sendable {
    /// Creates the file and brings its schema up to date where necessary.
    case readWrite
    case readOnly
  }

  /// From when on a write survives a power loss (https://www.sqlite.org/pragma.html#pragma_synchronous). The death of
  /// the process it always survives, and no transaction is ever left half written.
  public enum Durability: Sendable {
    /// When it returns.
    case write
    /// When the next `checkpoint` returns: for what can be had again, and is written a thousand times a run.
    case checkpoint
  }

  /// Opens the file.
  ///
  /// An older file is migrated under a lock, each migration in a transaction of its own.
  ///
  /// - Throws: `StorageError.newerSchema` when a newer version has written the file, `.olderSchema` when an older one
  ///   has and the caller may not write, `.missing` when it is not
  ///   there and may not be created, `.unusable` with SQLite's reason otherwise.
  public init(path: String, access: Access, durability: Durability = .write, migrator: DatabaseMigrator)
    throws(StorageError)
  {
    self.path = path
    let configuration = Self.configuration(access, durability)
    do {
      // Two processes that make a fresh file at once would each find it half made by the other.
      let complete = try Self.locked(LOCK_SH, path) {
        FileManager.default.fileExists(atPath: path) ? try Self.queue(path, configuration, migrator) : nil
      }
      if let complete {
        queue = complete
      } else if access == .readOnly {
        // To who may not look into the folder, a file that is there looks missing.
        guard Foundation.access(path, F_OK) == 0 || errno != EACCES else {
          throw StorageError.unusable(
            path: path, reason: "permission denied; members of the group of its folder may read it")
        }
        throw try Self.locked(LOCK_SH, path) { try Self.hasSchema(path, configuration, migrator) }
          ? StorageError.olderSchema(path: path) : .missing(path: path)
      } else {
        queue = try Self.locked(LOCK_EX, path) { try Self.migratedQueue(path, configuration, migrator) }
      }
    } catch {
      throw StorageError(error, path: path)
    }
  }

  /// Opens a file; nil when its schema is not complete.
  private static func queue(_ path: String, _ configuration: Configuration, _ migrator: DatabaseMigrator)
    throws
    -> DatabaseQueue?
  {
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    let applied = try queue.read(appliedMigrations)
    guard applied.allSatisfy(migrator.migrations.contains) else { throw StorageError.newerSchema(path: path) }
    return migrator.migrations.allSatisfy(applied.contains) ? queue : nil
  }

  /// What `DatabaseMigrator.appliedIdentifiers` tells, by one statement: every process of ours asks.
  private static func appliedMigrations(_ database: Database) throws -> [String] {
    do {
      return try String.fetchAll(database, sql: "SELECT identifier FROM grdb_migrations")
    } catch let error as DatabaseError where error.message == "no such table: grdb_migrations" {
      return []
    }
  }

  /// Whether any migration has been applied to what is there.
  private static func hasSchema(
    _ path: String, _ configuration: Configuration, _ migrator: DatabaseMigrator
  ) throws -> Bool {
    guard FileManager.default.fileExists(atPath: path) else { return false }
    return try !DatabaseQueue(path: path, configuration: configuration).read(appliedMigrations).isEmpty
  }

  private static func migratedQueue(
    _ path: String, _ configuration: Configuration, _ migrator: DatabaseMigrator
  ) throws -> DatabaseQueue {
    try migrator.migrate(DatabaseQueue(path: path, configuration: configuration))
    guard let queue = try queue(path, configuration, migrator) else {
      throw StorageError.unusable(path: path, reason: "the schema could not be brought up to date")
    }
    return queue
  }

  /// Runs `body` while this process has the file's folder locked (flock(2)); only opening takes this lock.
  private static func locked<Value>(_ mode: CInt, _ path: String, _ body: () throws -> Value) throws -> Value
  {
    let directory = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { close(directory) }
    while flock(directory, mode) != 0, errno == EINTR {}
    return try body()
  }

  /// Reads at one point in time.
  public func read<Value>(_ body: (Database) throws -> Value) throws(StorageError) -> Value {
    do { return try queue.read(body) } catch { throw StorageError(error, path: path) }
  }

  /// Runs `body` in one transaction, which is durable when this returns and undone when it throws.
  public func write<Value>(_ body: (Database) throws -> Value) throws(StorageError) -> Value {
    do { return try queue.write(body) } catch { throw StorageError(error, path: path) }
  }

  /// Runs statements that SQLite refuses inside a transaction: VACUUM, checkpoints.
  public func maintain<Value>(_ body: (Database) throws -> Value) throws(StorageError) -> Value {
    do { return try queue.writeWithoutTransaction(body) } catch { throw StorageError(error, path: path) }
  }

  /// Does what may take minutes on a big file, on a thread of its own; SQLite is interrupted when the task is cancelled.
  public func patiently<Value: Sendable>(_ body: @escaping @Sendable (DatabaseFile) throws -> Value)
    async throws -> Value
  {
    // An interruption stops only what has begun.
    try Task.checkCancellation()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(with: Result { try body(self) }) }
      }
    } onCancel: {
      queue.interrupt()
    }
  }

  private static func configuration(_ access: Access, _ durability: Durability) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = access == .readOnly
    configuration.busyMode = .timeout(10)
    configuration.prepareDatabase { database in
      // Without -wal and -shm files a reader that may not write to the folder cannot open a WAL database:
      // keep them when the last writer leaves (https://www.sqlite.org/wal.html#read_only_databases).
      var persist: CInt = 1
      _ = sqlite3_file_control(database.sqliteConnection, nil, SQLITE_FCNTL_PERSIST_WAL, &persist)
      if access == .readWrite { try prepareWriter(database, durability) }
    }
    return configuration
  }

  /// Not by GRDB's `journalMode`: that one also makes sure of a log file, and looks up its owner by name.
  private static func prepareWriter(_ database: Database, _ durability: Durability) throws {
    try database.execute(sql: "PRAGMA journal_mode = WAL")
    // Every process would flush three times more when it closes the file; what is committed is safe in the log.
    _ = ctx7_keep_wal_on_close(database.sqliteConnection)
    switch durability {
    case .write:
      // Whoever opens the file next reads the whole log: it stays small.
      try database.execute(sql: "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 128")
    case .checkpoint:
      // A page that many writes change is moved once.
      try database.execute(sql: "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4096")
    }
  }
}

extension DatabaseFile {
  /// Reads every page and checks what SQLite can check quickly (https://www.sqlite.org/pragma.html#pragma_quick_check).
  ///
  /// - Throws: `StorageError.damaged` with the first finding.
  public func quickCheck() throws(StorageError) {
    let finding = try read { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") }
    guard finding == "ok" else { throw .damaged(path: path, what: finding ?? "the file") }
  }

  /// Renews the statistics that the query planner goes by, where that is worth it.
  public func optimize() throws(StorageError) {
    // Alone it reads before it writes, and what somebody has written in between cannot be waited for
    // (https://www.sqlite.org/rescode.html#busy_snapshot).
    try write { try $0.execute(sql: "PRAGMA optimize") }
  }

  /// Moves the write-ahead log into the database and empties it.
  ///
  /// - Returns: false when a reader was in the way; the next checkpoint does it then.
  public func checkpoint() throws(StorageError) -> Bool {
    try maintain { try Int.fetchOne($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)") } == 0
  }

  /// Has on disk what was written here, as `checkpoint` does; where nothing was, there is nothing to do.
  public func checkpointWrites() throws(StorageError) {
    guard try maintain({ $0.totalChangesCount }) > 0 else { return }
    _ = try checkpoint()
  }

  /// Copies the database to another file while others go on using it
  /// (https://www.sqlite.org/backup.html); the copy is one complete file, or none, and only owner and group may
  /// read it.
  public func backUp(to copy: String) throws(StorageError) {
    let partial = copy + ".partial"
    do {
      try? FileManager.default.removeItem(atPath: partial)
      // SQLite would make it for all to read, as the umask has it.
      let descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
      guard descriptor >= 0 else {
        throw StorageError.unusable(path: copy, reason: String(cString: strerror(errno)))
      }
      close(descriptor)
      let target = try DatabaseQueue(path: partial)
      try queue.backup(to: target)
      // The copy has the WAL mode of the original; a backup is to be a single file.
      try target.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
      try target.close()
      guard rename(partial, copy) == 0 else {
        throw StorageError.unusable(path: copy, reason: String(cString: strerror(errno)))
      }
    } catch {
      try? FileManager.default.removeItem(atPath: partial)
      throw StorageError(error, path: copy)
    }
  }
}

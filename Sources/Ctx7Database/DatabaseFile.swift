internal import Foundation
public import GRDB
internal import GRDBSQLite

/// An SQLite file of ours, opened in the one way in which all of ours are.
///
/// One writer at a time, any number of readers (WAL). What a write has stored when it returns survives a
/// power loss: `synchronous=FULL` (https://www.sqlite.org/pragma.html#pragma_synchronous).
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

  /// Opens the file.
  ///
  /// - Throws: `StorageError.newerSchema` when a newer version has written the file, `.missing` when it is not
  ///   there and may not be created, `.unusable` with SQLite's reason otherwise.
  public init(path: String, access: Access, migrator: DatabaseMigrator) throws(StorageError) {
    self.path = path
    if access == .readOnly, !FileManager.default.fileExists(atPath: path) {
      throw .missing(path: path)
    }
    do {
      queue = try DatabaseQueue(path: path, configuration: Self.configuration(access))
      if access == .readWrite {
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      }
      if try queue.read(migrator.hasBeenSuperseded) { throw StorageError.newerSchema(path: path) }
      if try !queue.read(migrator.hasCompletedMigrations) {
        guard access == .readWrite else { throw StorageError.missing(path: path) }
        try Self.alone(inDirectoryOf: path) { try migrator.migrate(queue) }
      }
    } catch {
      throw StorageError(error, path: path)
    }
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

  /// Runs `body` while no other process of ours does: two that migrate a fresh file at once both find it empty.
  private static func alone(inDirectoryOf path: String, _ body: () throws -> Void) throws {
    let directory = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { close(directory) }
    while flock(directory, LOCK_EX) != 0, errno == EINTR {}
    try body()
  }

  private static func configuration(_ access: Access) -> Configuration {
    var configuration = Configuration()
    configuration.readonly = access == .readOnly
    configuration.busyMode = .timeout(10)
    configuration.journalMode = access == .readWrite ? .wal : .default
    // Without -wal and -shm files a reader that may not write to the folder cannot open a WAL database:
    // keep them when the last writer leaves (https://www.sqlite.org/wal.html#read_only_databases).
    configuration.prepareDatabase { database in
      var persist: CInt = 1
      _ = sqlite3_file_control(database.sqliteConnection, nil, SQLITE_FCNTL_PERSIST_WAL, &persist)
    }
    return configuration
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
    try maintain { try $0.execute(sql: "PRAGMA optimize") }
  }

  /// Moves the write-ahead log into the database and empties it.
  ///
  /// - Returns: false when a reader was in the way; the next checkpoint does it then.
  public func checkpoint() throws(StorageError) -> Bool {
    try maintain { try Int.fetchOne($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)") } == 0
  }
}

import Ctx7Database
import Ctx7History
import Ctx7Model
import GRDB
import TestSupport
import Testing

@Suite struct OpeningTests {
  @Test func `a newer schema is refused with a message`() async throws {
    try await withHistory { _, path in
      let queue = try DatabaseQueue(path: path)
      try await queue.write {
        try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('999 from the future')")
      }
      let error = #expect(throws: StorageError.self) { try HistoryStore(path: path) }
      #expect(error == .newerSchema(path: path))
      #expect(error?.description.contains("newer ctx7-jobs") == true)
    }
  }

  @Test func `reading where there is no history says so and makes no file`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory + "/jobs.sqlite"
      let error = #expect(throws: StorageError.self) { try HistoryStore(path: path, access: .readOnly) }
      #expect(error == .missing(path: path))
    }
  }

  @Test func `a file that is no database is refused and left as it is`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory + "/jobs.sqlite"
      try write("these are my notes, not a database\n", to: path)
      let error = #expect(throws: StorageError.self) { try HistoryStore(path: path) }
      #expect(
        error?.description.hasPrefix("\(path): the database (file is not a database) is not readable; ")
          == true)
      let kept = try await Program.run("cat", [path]).output
      #expect(kept == "these are my notes, not a database\n")
    }
  }

  @Test func `what is written survives a power loss, and readers need no leave to write`() async throws {
    try await withHistory { history, path in
      try history.open(try attempt("a"))
      let settings = try history.file.read { database in
        (
          try Int.fetchOne(database, sql: "PRAGMA synchronous"),
          try String.fetchOne(database, sql: "PRAGMA journal_mode")
        )
      }
      #expect(settings.0 == 2)
      #expect(settings.1 == "wal")
      let reader = try HistoryStore(path: path, access: .readOnly)
      #expect(try reader.executions().map(\.id) == ["a"])
      #expect(throws: StorageError.self) { try reader.open(try attempt("b")) }
    }
  }

  @Test func `sixteen writers at once open a fresh history and none is turned away`() async throws {
    try await withTemporaryDirectory { directory in
      let path = directory + "/jobs.sqlite"
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<16 {
          group.addTask { try HistoryStore(path: path).open(try attempt("e\(number)")) }
        }
        try await group.waitForAll()
      }
      #expect(try HistoryStore(path: path).executions().count == 16)
    }
  }
}

import Ctx7CLI
import Ctx7Database
import Ctx7Documents
import Ctx7Executor
import Ctx7History
import Ctx7Jobs
import Ctx7Model
import Foundation

extension JobRegistry {
  /// What `maintenance` does, in this order: first what makes room, then checks, then what relies on both.
  var chores: [Maintenance.Chore] {
    retention + reconciliation + checks + upkeep + backups
  }

  private var retention: [Maintenance.Chore] {
    let cutOff = Timestamp.now.adding(days: -Int64(host.historyRetentionDays))
    return [
      Maintenance.Chore("history retention") { [history] in
        ["deleted_executions": JSONValue(try await history.deleteExecutions(completedBefore: cutOff))]
      },
      Maintenance.Chore("dead letter retention") { [history, host] in
        [
          "deleted_dead_letters": JSONValue(
            try history.pruneDeadLetters(keeping: host.maxFailedJobsRetention))
        ]
      },
      Maintenance.Chore("alert retention") { [history] in
        ["deleted_alerts": JSONValue(try history.deleteAlerts(createdBefore: cutOff))]
      },
    ]
  }

  private var reconciliation: [Maintenance.Chore] {
    [
      Maintenance.Chore("close orphans") { [history, locations, alerting] in
        let reconciliation = Reconciliation(
          history: history, lockDirectory: locations.lockDirectory, alerting: alerting)
        return ["closed_executions": JSONValue(try await reconciliation.run(at: .now))]
      }
    ]
  }

  private var checks: [Maintenance.Chore] {
    [
      Maintenance.Chore("check history") { [history] in
        try await history.file.patiently { try $0.quickCheck() }
        return "ok"
      },
      Maintenance.Chore("check documents") { [locations] in
        try await DocumentStore(path: locations.documentsFile).file.patiently { try $0.quickCheck() }
        return "ok"
      },
      Maintenance.Chore("check timers") { [history, locations] in
        let jobs = try history.jobs().map(\.config)
        let warnings = GeneratedTimers(locations).warnings(about: jobs, at: .now)
        return ["warnings": .array(warnings.map { .string($0) })]
      },
      Maintenance.Chore("check free space") { [locations] in
        try FreeSpace(of: locations.stateDirectory).checked()
      },
    ]
  }

  private var upkeep: [Maintenance.Chore] {
    [
      Maintenance.Chore("renew statistics") { [history, locations] in
        try await history.file.patiently { try $0.optimize() }
        try await DocumentStore(path: locations.documentsFile).file.patiently { try $0.optimize() }
        return "ok"
      },
      Maintenance.Chore("checkpoint") { [history, locations] in
        [
          "history": .bool(try await history.file.patiently { try $0.checkpoint() }),
          "documents": .bool(
            try await DocumentStore(path: locations.documentsFile).file.patiently { try $0.checkpoint() }),
        ]
      },
    ]
  }

  private var backups: [Maintenance.Chore] {
    guard host.backupCount > 0 else { return [] }
    return [
      Maintenance.Chore("backup") { [history, locations, host] in
        let backup = Backup(directory: locations.stateDirectory + "/backups", keep: host.backupCount)
        let documents = try DocumentStore(path: locations.documentsFile)
        return [
          "history": .string(
            try await history.file.patiently { try backup.make(of: $0, named: "jobs", at: .now) }),
          "documents": .string(
            try await documents.file.patiently { try backup.make(of: $0, named: "documents", at: .now) }),
        ]
      }
    ]
  }
}

/// The room that is left on the file system of the state directory.
struct FreeSpace {
  private static let minimumMB = 100

  private let directory: String
  private let freeMB: Int

  init(of directory: String) throws {
    var status = statvfs()
    guard statvfs(directory, &status) == 0 else {
      throw JobFailure(.database, "\(directory): \(String(cString: strerror(errno)))")
    }
    self.directory = directory
    freeMB = Int(status.f_bavail) * Int(status.f_frsize) / 1_000_000
  }

  /// The figures for the result.
  ///
  /// - Throws: `JobFailure` when there is so little that the next executions may fail.
  func checked() throws -> JSONValue {
    guard freeMB >= Self.minimumMB else {
      throw JobFailure(.database, "only \(freeMB) MB are free in \(directory): make room on its file system")
    }
    return ["free_mb": JSONValue(freeMB)]
  }
}

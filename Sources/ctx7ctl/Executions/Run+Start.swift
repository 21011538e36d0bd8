import Ctx7CLI
import Ctx7Database
import Ctx7Executor
import Ctx7History
import Ctx7Model
import Ctx7Systemd

extension ExecutionRequest {
  /// Asks for a run of a job in its unit.
  ///
  /// - Throws: `Failure` when the unit is busy, or systemd does not start it.
  static func begin(_ job: ResolvedJob, by who: String, _ locations: Locations) async throws
    -> ExecutionRequest
  {
    let id = job.config.id
    let bus: SystemBus
    do { bus = try SystemBus(locations.scope) } catch {
      throw Failure(
        .unavailable, "no systemd runs here to start \(id.serviceUnit)",
        hint: "run it in the foreground: \(locations.scope.command("ctx7-job-exec --job \(id)"))")
    }
    let start = RequestedStart(of: job, bus) { body in
      try StateDirectory(locations).asOwner { try body(HistoryStore(path: locations.historyFile)) }
    }
    do {
      return try await start.begin(
        by: who, at: .now, randomHex: Surroundings.randomHex,
        reading: { try HistoryStore(path: locations.historyFile, access: .readOnly) })
    } catch RequestedStart.Refusal.allTurnedOff {
      throw Failure(
        .tryAgain, "all jobs are turned off (enabled: false)",
        hint:
          "set enabled: true in \(locations.config), and run \(locations.scope.command("ctx7-units generate"))"
      )
    } catch RequestedStart.Refusal.busy(let busy) {
      throw Failure(.tryAgain, "\(id) \(busy.words(\.local))", hint: hint(busy, id, locations.scope))
    } catch let error as BusError {
      throw Failure(
        .unavailable, "\(id.serviceUnit) was not started: \(error)",
        hint: error.nextStep(id.serviceUnit, locations.scope))
    }
  }

  private static func hint(_ busy: BusyUnit, _ id: JobID, _ scope: Scope) -> String {
    switch busy {
    case .waiting: "\(scope.command("ctx7ctl cancel \(id)")) calls it off"
    case .running: "\(scope.command("ctx7ctl running")) shows how far it is"
    case .settling: "try again in a moment"
    }
  }
}

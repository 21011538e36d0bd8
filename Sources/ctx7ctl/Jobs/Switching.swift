import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7Executor
import Ctx7History
import Ctx7Model
import Ctx7Systemd

struct Disable: Command {
  static let configuration = CommandConfiguration(
    commandName: "disable",
    abstract: "Switch a job off: its timer is stopped, and stays so.",
    discussion: """
      The units are left as they are. What runs goes on ('ctx7ctl cancel' stops it), and the job can still be run \
      by hand.
      """)

  @Argument(help: "The job.", completion: .jobs)
  var job: String

  @Option(help: "Why; shown wherever the job is.")
  var reason: String?

  @OptionGroup var message: MessageOptions
  @OptionGroup var location: LocationOptions

  func run() async throws {
    let locations = location.locations
    let id = try JobID(argument: job)
    let resolved = try JobTarget(id, locations).require()
    defer { noteRetry(of: id, locations) }
    if let api = RemoteAPI(locations) {
      let parameters = reason.map { [("reason", $0)] } ?? []
      return message.say(try await api.message("/jobs/\(id)/disable", parameters))
    }
    let bus = try? SystemBus(locations.scope)
    let timerRan = (try? bus?.activeState(of: id.timerUnit)) == "active"
    do {
      _ = try Switching(of: resolved, locations).disable(
        reason: reason, by: Console.userName, { bus }, asOwner: StateDirectory(locations).asOwner)
    } catch let refusal as Switching.Refusal {
      throw Failure(refusal, of: id, locations)
    }
    let timer = bus == nil ? "no systemd runs here" : timerRan ? "its timer stopped" : "its timer did not run"
    message.say("\(id) is switched off, \(timer)")
  }

  private func noteRetry(of id: JobID, _ locations: Locations) {
    guard let history = try? HistoryStore(path: locations.historyFile, access: .readOnly),
      let due = try? history.retryOfUnit(of: id)?.ending?.nextAttemptAt, due > .now
    else { return }
    Console.standardError(
      "note: its retry at \(due.local) is still due; \(locations.scope.command("ctx7ctl cancel \(id)")) calls it off"
    )
  }
}

struct Enable: Command {
  static let configuration = CommandConfiguration(
    commandName: "enable", abstract: "Switch a job on again, and start its timer.")

  @Argument(help: "The job.", completion: .jobs)
  var job: String

  @OptionGroup var message: MessageOptions
  @OptionGroup var location: LocationOptions

  func run() async throws {
    let locations = location.locations
    let id = try JobID(argument: job)
    let switching = Switching(of: try JobTarget(id, locations).require(), locations)
    let bus: SystemBus?
    let wasOff: Bool
    do {
      try switching.requireEnabling()
      if let api = RemoteAPI(locations) {
        return message.say(try await api.message("/jobs/\(id)/enable"))
      }
      bus = try? SystemBus(locations.scope)
      wasOff = try switching.enable({ bus }, asOwner: StateDirectory(locations).asOwner)
    } catch let refusal as Switching.Refusal {
      throw Failure(refusal, of: id, locations)
    }
    let timer = bus == nil ? "no systemd runs here" : "its timer runs"
    message.say(wasOff ? "\(id) is switched on, \(timer)" : "\(id) was on, \(timer)")
  }
}

extension Switching {
  fileprivate init(of job: ResolvedJob, _ locations: Locations) {
    self.init(of: job, JobSwitch(directory: locations.disabledDirectory))
  }
}

extension Failure {
  fileprivate init(_ refusal: Switching.Refusal, of id: JobID, _ locations: Locations) {
    let scope = locations.scope
    let generate = scope.command("ctx7-units generate")
    switch refusal {
    case .allTurnedOff:
      self.init(
        .badConfig, "all jobs are turned off (enabled: false)",
        hint: "set enabled: true in \(locations.config), and run \(generate)")
    case .turnedOff:
      self.init(
        .badConfig, "\(id) is turned off in the configuration (enabled: false)",
        hint: "set enabled: true \(locations.whereJobsAre), and run \(generate)")
    case .retired(let off):
      self.init(
        .badConfig, "\(id) is \(off)",
        hint: "change its schedule \(locations.whereJobsAre), and run \(generate)")
    case .timerNotStarted(let error):
      self.init(
        error.isRefusal ? .noPermission : .unavailable,
        "\(id) is switched on, but its timer could not be started: \(error)",
        hint: error.nextStep(id.timerUnit, scope))
    case .timerNotStopped(let error):
      self.init(
        error.isRefusal ? .noPermission : .unavailable,
        "\(id) is switched off, but its timer could not be stopped: \(error)",
        hint: "its firings are skipped; \(error.nextStep(id.timerUnit, scope))")
    }
  }
}

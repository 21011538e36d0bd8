import ArgumentParser
import Ctx7CLI
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
    try JobTarget(id, locations).require()
    if let api = RemoteAPI(locations) {
      let parameters = reason.map { [("reason", $0)] } ?? []
      return message.say(try await api.message("/jobs/\(id)/disable", parameters))
    }
    try StateDirectory(locations).asOwner {
      let jobSwitch = JobSwitch(directory: locations.disabledDirectory)
      // Switched off once more without a reason, it keeps the one it has.
      guard reason != nil || jobSwitch.switchedOff(id) == nil else { return }
      try jobSwitch.turnOff(id, reason: reason ?? "by \(Console.userName)")
    }
    let bus = try? SystemBus(locations.scope)
    let timerRan = (try? bus?.activeState(of: id.timerUnit)) == "active"
    do { try bus?.stop([id.timerUnit]) } catch {
      throw Failure(
        .noPermission, "\(id) is switched off, but its timer could not be stopped: \(error)",
        hint: "its firings are skipped; as root: systemctl stop \(id.timerUnit)")
    }
    let timer = bus == nil ? "no systemd runs here" : timerRan ? "its timer stopped" : "its timer did not run"
    message.say("\(id) is switched off, \(timer)")
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
    let resolved = try JobTarget(id, locations).require()
    guard resolved.isEnabled else {
      throw Failure(
        .badConfig, "\(id) is turned off in the configuration (enabled: false)",
        hint:
          "set enabled: true \(locations.whereJobsAre), and run \(locations.scope.command("ctx7-units generate"))"
      )
    }
    if let off = JobSwitch(directory: locations.disabledDirectory).switchedOff(id), off.isRetired {
      throw Failure(
        .badConfig, "\(id) is \(off)",
        hint:
          "change its schedule \(locations.whereJobsAre), and run \(locations.scope.command("ctx7-units generate"))"
      )
    }
    if let api = RemoteAPI(locations) { return message.say(try await api.message("/jobs/\(id)/enable")) }
    let wasOff = try StateDirectory(locations).asOwner {
      try JobSwitch(directory: locations.disabledDirectory).turnOn(id)
    }
    let bus = try? SystemBus(locations.scope)
    do { try bus?.start([id.timerUnit]) } catch {
      throw Failure(
        error.isMasked ? .unavailable : .noPermission,
        "\(id) is switched on, but its timer could not be started: \(error)",
        hint: error.isMasked
          ? "'\(locations.scope.systemctl) unmask \(id.timerUnit)', then \(locations.scope.command("ctx7-units generate"))"
          : "as root: systemctl start \(id.timerUnit)")
    }
    let timer = bus == nil ? "no systemd runs here" : "its timer runs"
    message.say(wasOff ? "\(id) is switched on, \(timer)" : "\(id) was on, \(timer)")
  }
}

import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7Executor
import Ctx7History
import Ctx7Model
import Ctx7Systemd

struct Cancel: Command {
  static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "Stop what runs of a job, and its wait for a retry.",
    discussion: "Executions end as cancelled; the timer goes on.")

  @Argument(help: "The job.", completion: .jobs)
  var job: String

  @OptionGroup var message: MessageOptions
  @OptionGroup var location: LocationOptions

  func run() async throws {
    let locations = location.locations
    let id = try JobID(argument: job)
    let resolved = try JobTarget(id, locations).require()
    if let api = RemoteAPI(locations) {
      // A unit has TimeoutStopSec= to end in, a command more where its processes are many.
      return message.say(try await api.message("/jobs/\(id)/cancel", limitSeconds: 300))
    }
    let bus = try? SystemBus(locations.scope)
    let cancellation = try Cancellation(
      of: id, HistoryStore(path: locations.historyFile, access: .readOnly), bus,
      lockDirectory: locations.lockDirectory)
    if !cancellation.isEmpty {
      do {
        try cancellation.carryOut(on: resolved, bus, at: .now) { body in
          try StateDirectory(locations).asOwner { try body(HistoryStore(path: locations.historyFile)) }
        }
      } catch let error as Cancellation.NotPermitted {
        throw Failure(
          .noPermission, error.description, hint: "run this as root or as the user who started it")
      }
    }
    message.say(cancellation.report.joined(separator: message.json ? ", " : "\n"))
  }
}

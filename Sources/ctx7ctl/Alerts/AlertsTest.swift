import ArgumentParser
import Ctx7Alerts
import Ctx7CLI
import Ctx7Config
import Ctx7Executor
import Ctx7Model
import Foundation

struct AlertsTest: Command {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Send a test alert to one sink, now, by the live configuration.")

  @Argument(help: "The name of the sink, as configured under alerts.sinks.")
  var sink: String

  @OptionGroup var message: MessageOptions
  @OptionGroup var location: LocationOptions

  func run() async throws {
    let environment = ProcessInfo.processInfo.environment
    let configuration = try Configuration.read(location.locations, environment: environment)
    let sinks = configuration.host.alertSinks
    guard let settings = sinks.first(where: { $0.name == sink }) else {
      throw Failure(
        .usage, "there is no sink '\(sink)'",
        hint: sinks.isEmpty
          ? "configure it under alerts.sinks; the journal has all alerts anyway"
          : "configured are: \(sinks.map(\.name).joined(separator: ", "))")
    }
    let job = configuration.jobs.first?.id ?? JobID(rawValue: "test")
    guard let job else { preconditionFailure("'test' is a job id") }
    let alert = Alert(
      .test, .info, jobID: job, executionID: nil, message: "a test alert of ctx7-jobs", timestamp: .now)
    let credentials = Credentials(environment: environment, folder: location.locations.credentialsDirectory)
      .keeping(secretsOf: [settings])
    // Alerts of jobs are sent by their user: a command of root's might go well here, and not there.
    if geteuid() == 0 { try StateDirectory(location.locations).enter() }
    do {
      try await AlertSink(settings, credentials: credentials).send(alert, settings.timeoutSeconds)
    } catch {
      throw Failure(.unavailable, "\(sink) did not take the alert: \(error)")
    }
    message.say("\(sink) took the alert")
  }
}

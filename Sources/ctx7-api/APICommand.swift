import ArgumentParser
import Ctx7API
import Ctx7CLI
import Ctx7Model
import Ctx7Systemd
import Foundation
import Logging
import UnixSignals

@main
struct APICommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "ctx7-api",
    abstract: "Serve the REST API and the dashboard on sockets that systemd holds.",
    discussion: """
      Started by ctx7-api.socket at the first request; exits when nobody has asked for anything for a minute. By \
      hand: systemd-socket-activate -l /tmp/api.sock ctx7-api.
      """,
    version: packageVersion)

  @Option(help: ArgumentHelp("Exit after this long without a request.", valueName: "seconds"))
  var idleSeconds = 60

  @OptionGroup var state: StateOptions

  func validate() throws {
    guard (1...86_400).contains(idleSeconds) else {
      throw ValidationError("--idle-seconds is 1 to 86400, not \(idleSeconds)")
    }
  }

  func run() async throws {
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    let environment = ProcessInfo.processInfo.environment
    let locations = state.locations
    let sockets = try sockets()
    let logger = logger(environment)
    try StateDirectory(locations).enter()
    var settings = APISettings(
      historyFile: locations.historyFile, documentsFile: locations.documentsFile,
      lockDirectory: locations.lockDirectory, disabledDirectory: locations.disabledDirectory,
      scope: locations.scope, zone: HostZones.zone(of:),
      tokens: try tokens(environment, sockets, logger),
      tokensFile: locations.credentialsDirectory + "/api-tokens")
    settings.limits.idle = .seconds(idleSeconds)
    let api = API(settings, now: { .now }, logger: logger)
    try await withThrowingTaskGroup { group in
      group.addTask {
        for await _ in signals { return api.stop.give() }
      }
      try await api.run(on: sockets)
      group.cancelAll()
    }
  }

  private func sockets() throws(Failure) -> [ActivatedSocket] {
    let sockets = ActivatedSocket.all()
    guard !sockets.isEmpty else {
      throw Failure(
        .usage, "no socket was handed over: systemd starts this program when somebody connects",
        hint:
          "systemctl enable --now ctx7-api.socket; by hand: systemd-socket-activate -l /tmp/api.sock ctx7-api"
      )
    }
    guard sockets.allSatisfy({ $0.reach != .network }) else {
      throw Failure(
        .badConfig, "a socket listens on an address that other hosts can reach",
        hint: "ListenStream=127.0.0.1:8707 in ctx7-api-tcp.socket, and a proxy with TLS in front of it")
    }
    return sockets
  }

  /// From the credential `api-tokens`; `CTX7_API_TOKENS` is the fallback where systemd hands over none.
  ///
  /// A mistake in them closes TCP only: members go on using the Unix socket.
  ///
  /// - Throws: `Failure` for a mistake when all sockets want tokens.
  private func tokens(
    _ environment: [String: String], _ sockets: [ActivatedSocket], _ logger: Logger
  ) throws(Failure) -> BearerTokens {
    let text: String
    if let directory = environment["CREDENTIALS_DIRECTORY"],
      let stored = try? String(contentsOfFile: directory + "/api-tokens", encoding: .utf8)
    {
      text = stored
    } else {
      text = environment["CTX7_API_TOKENS"] ?? ""
    }
    do {
      return try BearerTokens(parsing: text)
    } catch {
      guard sockets.contains(where: { $0.reach == .file }) else {
        throw Failure(.badConfig, "the API tokens cannot be read: \(error)")
      }
      logger.error("the API tokens cannot be read, so nobody gets in over TCP: \(error)")
      return .unreadable
    }
  }

  private func logger(_ environment: [String: String]) -> Logger {
    Logger(label: "ctx7-api") { label -> any LogHandler in
      guard environment["JOURNAL_STREAM"] != nil, JournalLogHandler.isAvailable else {
        return StandardErrorLogHandler()
      }
      return JournalLogHandler(identifier: label)
    }
  }
}

import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7Documents
import Ctx7Executor
import Ctx7History
import Ctx7Model
import Ctx7Prometheus

struct Prometheus: Command {
  static let configuration = CommandConfiguration(
    commandName: "prometheus",
    abstract: "Print metrics, alert rules or a dashboard for Prometheus and Grafana.",
    subcommands: [PrometheusMetrics.self, PrometheusRules.self, PrometheusGrafana.self])
}

struct PrometheusMetrics: Command {
  static let configuration = CommandConfiguration(
    commandName: "metrics", abstract: "Print the metrics in Prometheus' text format.",
    discussion: """
      What /metrics of the API answers. What runs is left out with --output, as in prometheus.textfile of ctx7.yaml: \
      a file would go on telling of its moment.
      """)

  @Option(
    help: ArgumentHelp(
      "Replace this file at once rather than print: for node_exporter's textfile collector.",
      valueName: "path"))
  var output: String?

  @OptionGroup var location: LocationOptions

  func run() async throws {
    let locations = location.locations
    let history = try HistoryStore(path: locations.historyFile, access: .readOnly)
    // A file would go on telling of its moment.
    let running = try output == nil ? history.liveAttempts(lockDirectory: locations.lockDirectory) : nil
    let snapshot = try Snapshot(
      history, documents: try DocumentStore.existing(at: locations.documentsFile),
      running: running, now: .now,
      isEnabled: JobSwitch(directory: locations.disabledDirectory).isOn)
    guard let output else { return Console.standardOutput(String(snapshot.text.dropLast())) }
    try TextFile(path: output).write(snapshot.text)
  }
}

struct PrometheusRules: Command {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "Print alert rules for Prometheus, YAML.")

  func run() async throws {
    Console.standardOutput(String(Resources.rules.dropLast()))
  }
}

struct PrometheusGrafana: Command {
  static let configuration = CommandConfiguration(
    commandName: "grafana", abstract: "Print a dashboard for Grafana, JSON: import it there.")

  func run() async throws {
    Console.standardOutput(String(Resources.dashboard.dropLast()))
  }
}

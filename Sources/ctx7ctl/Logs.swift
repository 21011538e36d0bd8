import ArgumentParser
import Ctx7CLI
import Ctx7Model
import Ctx7Systemd

struct Logs: Command {
  static let configuration = CommandConfiguration(
    abstract: "Show what a job has logged, from the journal.",
    discussion: """
      Who may read the system's journal sees it: root, and the groups adm and systemd-journal. More: \
      journalctl -u 'ctx7-job-ID.service'.
      """)

  @Argument(help: "The job.", completion: .jobs)
  var job: String

  @Flag(name: [.short, .long], help: "Go on with what comes, until Ctrl-C.")
  var follow = false

  @Option(name: [.customShort("n"), .long], help: "How many lines to show.")
  var lines = 50

  @Flag(help: "Print JSON: one object a line.")
  var json = false

  @OptionGroup var times: TimeOptions
  @OptionGroup var location: LocationOptions

  func validate() throws {
    guard (0...100_000).contains(lines) else { throw ValidationError("--lines is 0 to 100000, not \(lines)") }
  }

  func run() async throws {
    let id = try JobID(argument: job)
    let journal = try Journal(matching: [.job(id)] + Journal.Match.unit(id))
    let entries = try journal.last(lines)
    entries.forEach(show)
    if entries.isEmpty, lines > 0 {
      Console.standardError("note: the journal holds nothing of \(id) that you may read")
    }
    while follow {
      try journal.wait(milliseconds: 1000)
      while let entry = try journal.next() { show(entry) }
    }
  }

  private func show(_ entry: Journal.Entry) {
    Console.standardOutput(json ? entry.json.description : entry.line)
  }
}

extension Journal.Match {
  /// What executions of a job say.
  static func job(_ id: JobID) -> Journal.Match { Journal.Match("CTX_JOB_ID", id.rawValue) }

  /// What comes from the job's unit otherwise, and what systemd says about it.
  static func unit(_ id: JobID) -> [Journal.Match] {
    [.init("_SYSTEMD_UNIT", id.serviceUnit), .init("UNIT", id.serviceUnit)]
  }
}

extension Journal.Entry {
  /// As a person reads it: time, who, what, on one line.
  var line: String {
    let text = message.split(whereSeparator: \.isNewline).joined(separator: " ")
    let printable = String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    return "\(time.local) \(identifier): \(printable)"
  }
}

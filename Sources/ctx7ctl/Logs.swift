import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7History
import Ctx7Model
import Ctx7Systemd
import Glibc

struct Logs: Command {
  static let configuration = CommandConfiguration(
    commandName: "logs",
    abstract: "Show what a job has logged, from the journal.",
    discussion: """
      Who may read the system's journal sees it: root, and the groups adm and systemd-journal; users see what \
      their own jobs say. More: journalctl -u 'ctx7-job-ID.service', with --user for your own.
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
    let journal = try Journal(matching: Journal.Match.all(of: id, location.locations))
    let entries = try journal.last(lines)
    entries.forEach(show)
    // Who may read the journal, and not the history, takes what is there.
    if entries.isEmpty,
      let history = try? HistoryStore(path: location.locations.historyFile, access: .readOnly)
    {
      try history.requireJob(id, in: location.locations.scope)
    }
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
  /// What executions of a job say, whose state belongs to the same user: others may have a job of that name too.
  static func job(_ id: JobID, _ locations: Locations) -> Journal.Match {
    let match = Journal.Match("CTX_JOB_ID", id.rawValue)
    var status = stat()
    guard stat(locations.stateDirectory, &status) == 0 else { return match }
    return match.and("_UID", "\(status.st_uid)")
  }

  /// That, what comes from the job's unit otherwise, and what systemd says about it (systemd.journal-fields(7)).
  static func all(of id: JobID, _ locations: Locations) -> [Journal.Match] {
    let unit = id.serviceUnit
    guard locations.scope == .user else {
      return [job(id, locations), .init("_SYSTEMD_UNIT", unit), .init("UNIT", unit)]
    }
    let user = "\(geteuid())"
    return [
      job(id, locations), Journal.Match("_SYSTEMD_USER_UNIT", unit).and("_UID", user),
      Journal.Match("USER_UNIT", unit).and("_UID", user),
    ]
  }
}

extension Journal.Entry {
  /// As a person reads it: time, who, what, on one line.
  var line: String {
    let text = message.split(whereSeparator: \.isNewline).joined(separator: " ")
    return "\(time.local) \(identifier): \(text.printable())"
  }
}

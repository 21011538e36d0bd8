import Ctx7CLI
import Ctx7Model

/// A crontab (crontab(5)), as the jobs that do what its lines do.
struct Crontab {
  /// A line as a job.
  struct Entry {
    let id: JobID
    let number: Int
    let line: Substring
    let expression: String
    let timeZone: String?
    let shell: String
    let command: String
    let environment: [(name: String, value: String)]

    func doesTheSame(as other: Entry) -> Bool {
      (expression, timeZone, shell, command) == (other.expression, other.timeZone, other.shell, other.command)
        && environment.elementsEqual(other.environment, by: ==)
    }
  }

  /// What there is to say of a line.
  struct Remark {
    let number: Int
    let text: String
  }

  private(set) var entries: [Entry] = []
  /// Lines that became no job.
  private(set) var refusals: [Remark] = []
  /// Lines that were taken, and do not do all that they do to cron.
  private(set) var notes: [Remark] = []
  private var environment: [(name: String, value: String)] = []
  private var timeZone: String?
  private var shell = "/bin/sh"
  private let hasUsers: Bool

  /// Reads the lines.
  ///
  /// - Parameter hasUsers: whether a user stands before the command, as in /etc/crontab and /etc/cron.d.
  init(_ text: String, hasUsers: Bool) {
    self.hasUsers = hasUsers
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let content = line.drop(while: Self.isBlank)
      guard let first = content.first, first != "#" else { continue }
      do throws(Reason) {
        if try !readAssignment(content, number: index + 1) { try readJob(content, number: index + 1) }
      } catch {
        refusals.append(Remark(number: index + 1, text: error.text))
      }
    }
  }

  private struct Reason: Error {
    let text: String
  }

  static func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }

  // MARK: Environment

  /// `NAME = value`, the value in quotes or not.
  private mutating func readAssignment(_ line: Substring, number: Int) throws(Reason) -> Bool {
    guard let equals = line.firstIndex(of: "=") else { return false }
    let name = Self.unquoted(line[..<equals])
    guard let first = name.first, first.isLetter || first == "_",
      name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
    else { return false }
    let value = Self.unquoted(line[line.index(after: equals)...])
    switch name {
    // TZ is the command's own: cron itself does not go by it.
    case "CRON_TZ":
      guard Schedule.isZoneName(value) else {
        throw Reason(text: "'\(value)' is no IANA name of a time zone")
      }
      timeZone = value
    case "SHELL": shell = value
    case "MAILTO" where value.isEmpty: break
    case "MAILTO", "MAILFROM":
      throw Reason(text: "\(name): output goes to the journal, no mail is sent")
    default:
      if name == "RANDOM_DELAY" {
        let text =
          "RANDOM_DELAY is but a variable to jobs; jitter_seconds of a schedule delays them, in seconds"
        notes.append(Remark(number: number, text: text))
      }
      environment.removeAll { $0.name == name }
      environment.append((name, value))
    }
    return true
  }

  private static func unquoted(_ text: Substring) -> String {
    var text = text.drop(while: isBlank)
    while let last = text.last, isBlank(last) { text.removeLast() }
    guard text.count >= 2, let quote = text.first, quote == "\"" || quote == "'", text.last == quote else {
      return String(text)
    }
    return String(text.dropFirst().dropLast())
  }

  // MARK: Jobs

  private mutating func readJob(_ line: Substring, number: Int) throws(Reason) {
    var rest = line
    let expression = Self.schedule(&rest, isMacro: line.first == "@")
    do {
      _ = try CronSpec(expression)
    } catch {
      throw Reason(text: error.description)
    }
    if hasUsers {
      let user = Self.word(&rest)
      guard user == "ctx7" else {
        throw Reason(text: "it runs as '\(user)', but generated jobs run as ctx7; check that ctx7 may do it")
      }
    }
    guard !rest.isEmpty else { throw Reason(text: "it has no command") }
    let command = try Self.command(rest)
    let entry = Entry(
      id: try id(for: rest), number: number, line: line, expression: expression, timeZone: timeZone,
      shell: shell,
      command: command, environment: environment)
    if let twin = entries.first(where: { $0.doesTheSame(as: entry) }) {
      throw Reason(text: "line \(twin.number) is the same job")
    }
    entries.append(entry)
  }

  private static func schedule(_ rest: inout Substring, isMacro: Bool) -> String {
    var words = [word(&rest)]
    let count = isMacro ? (words[0] == "@every" ? 2 : 1) : 5
    while words.count < count, !rest.isEmpty { words.append(word(&rest)) }
    return words.joined(separator: " ")
  }

  private static func word(_ rest: inout Substring) -> String {
    let word = rest.prefix { !isBlank($0) }
    rest = rest[word.endIndex...].drop(while: isBlank)
    return String(word)
  }

  /// To cron an unescaped `%` ends the command, and what follows is its standard input.
  private static func command(_ text: Substring) throws(Reason) -> String {
    var command = ""
    var isEscaped = false
    for character in text {
      if character == "%" {
        guard isEscaped else {
          throw Reason(
            text: "an unescaped % makes the rest of the line standard input, which a job has none of; "
              + "pipe it to the command, or write \\% for a plain %")
        }
        command.removeLast()
      }
      command.append(character)
      isEscaped = character == "\\" && !isEscaped
    }
    return command
  }

  /// From the name of the program; numbered where several lines run the same one.
  private func id(for command: Substring) throws(Reason) -> JobID {
    let program = command.prefix { !Self.isBlank($0) }.split(separator: "/").last ?? "job"
    let letters = program.lowercased().map { letter in
      letter.isASCII && (letter.isLetter || letter.isNumber || "_.-".contains(letter)) ? letter : "-"
    }
    var base = String(letters.drop { !$0.isLetter && !$0.isNumber }.prefix(100))
    while base.last == "-" { base.removeLast() }
    if base.isEmpty { base = "job" }
    let candidates = [base] + (2...entries.count + 2).map { "\(base)-\($0)" }
    let taken = Set(entries.map(\.id))
    guard let id = candidates.compactMap(JobID.init(rawValue:)).first(where: { !taken.contains($0) }) else {
      throw Reason(text: "no job id can be made of '\(program)'")
    }
    return id
  }
}

extension Crontab {
  /// The jobs as YAML; a JSON string is one of YAML too.
  var yaml: String {
    guard !entries.isEmpty else { return "jobs: []" }
    return (["jobs:"] + entries.map(\.yaml)).joined(separator: "\n")
  }
}

extension Crontab.Entry {
  fileprivate var yaml: String {
    var text = """
        # line \(number): \(String(line).printable())
        - job_id: \(JSONValue.quote(id.rawValue))
          job_type: command
          schedule:
            schedule_type: cron
            cron_expression: \(JSONValue.quote(expression))
      """
    if let timeZone { text += "\n      timezone: \(JSONValue.quote(timeZone))" }
    text +=
      "\n    parameters:\n      argv: [\([shell, "-c", command].map(JSONValue.quote).joined(separator: ", "))]"
    if !environment.isEmpty {
      text += "\n      environment:"
      for (name, value) in environment { text += "\n        \(name): \(JSONValue.quote(value))" }
    }
    if let home = environment.last(where: { $0.name == "HOME" }) {
      text += "\n      working_directory: \(JSONValue.quote(home.value))"
    }
    return text
  }
}

import Ctx7CLI
import Ctx7Model

/// What is to be explained: an expression in a zone, from an instant on.
struct ExplainRequest {
  var cron: String
  var timeZone: String?
  var from: Timestamp
  var count = 5
  var job: JobID?
  var clockChanges = ClockChangePolicy.cron

  static let counts = 0...10_000

  /// An instant to start from; nil when the text is none with a zone, of 1970 to 2199.
  static func instant(_ text: String) -> Timestamp? {
    Timestamp(rfc3339: text).flatMap { Timestamp.calendar.contains($0) ? $0 : nil }
  }

  /// Why something cannot be explained, as the JSON of an answer.
  struct Refusal: Error {
    var field: String?
    var column: Int?
    var message: String

    init(_ field: String?, _ column: Int?, _ message: String) {
      self.field = field
      self.column = column
      self.message = message
    }

    init(_ error: CronError) { self.init(error.field, error.column, error.message) }

    var json: JSONValue {
      [
        "error": [
          "field": JSONValue(field), "column": JSONValue(column),
          "message": .string(message),
        ]
      ]
    }
  }

  init(cron: String, from: Timestamp) {
    self.cron = cron
    self.from = from
  }

  /// Reads one line of `explain -`; members that it does not know belong to the caller.
  init(json line: String, now: Timestamp) throws(Refusal) {
    let json: JSONValue
    do {
      json = try JSONValue(parsing: line)
    } catch {
      throw Refusal(nil, error.column, error.description)
    }
    guard case .object(let members) = json else {
      throw Refusal(
        nil, 1, "a line is an object such as {\"cron\":\"0 3 * * 0\",\"timezone\":\"Europe/Berlin\"}")
    }
    self.init(cron: "", from: now)
    var isComplete = false
    for member in members where member.value != .null {
      switch member.name {
      case "cron":
        cron = try Self.value(member, "text, for example \"0 3 * * 0\"", \.string)
        isComplete = true
      case "timezone": timeZone = try Self.value(member, "text, for example \"Europe/Berlin\"", \.string)
      case "from":
        from = try Self.value(
          member, "a time with a zone, of 1970 to 2199, for example \"2027-01-31T02:00:00Z\""
        ) {
          $0.string.flatMap(Self.instant)
        }
      case "count":
        count = try Self.value(member, "a whole number from 0 to \(Self.counts.upperBound), for example 5") {
          $0.integer.flatMap { Self.counts.contains($0) ? $0 : nil }
        }
      case "job_id":
        job = try Self.value(member, "\(JobID.grammar), for example \"nightly\"") {
          $0.string.flatMap(JobID.init(rawValue:))
        }
      case "clock_changes":
        clockChanges = try Self.value(member, "\"cron\" or \"systemd\"") {
          $0.string.flatMap(ClockChangePolicy.init(rawValue:))
        }
      default: break
      }
    }
    guard isComplete else { throw Refusal("cron", nil, "cron is missing: text, for example \"0 3 * * 0\"") }
  }

  private static func value<Value>(
    _ member: JSONValue.Member, _ what: String, _ read: (JSONValue) -> Value?
  ) throws(Refusal) -> Value {
    guard let value = read(member.value) else {
      throw Refusal(member.name, nil, "\(member.name) is \(what), not \(member.value)")
    }
    return value
  }
}

/// What stands where a crontab has its five fields: an expression, a macro, or `@every`; a zone may come first.
public struct CronSpec: Hashable, Sendable {
  /// The rule that makes the firings.
  public let recurrence: Schedule.Recurrence
  /// The zone of a prefix `CRON_TZ=` or `TZ=`.
  public let timeZone: String?

  /// The fields that a macro stands for (crontab(5)).
  private static let macros = [
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
  ]

  static let macroNames =
    "@yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly, @reboot, @every 90m"

  /// Parses the text.
  ///
  /// - Parameter job: whose id `H` and `~` pick by.
  /// - Throws: `CronError`; its column counts from the beginning of `source`.
  public init(_ source: String, for job: JobID? = nil) throws(CronError) {
    var rest = source[...].drop { $0 == " " || $0 == "\t" }
    var zone: String?
    if rest.utf8.first == UInt8(ascii: "C") || rest.utf8.first == UInt8(ascii: "T") {
      (zone, rest) = try Self.zonePrefix(rest, of: source)
    }
    timeZone = zone
    guard rest.utf8.first == UInt8(ascii: "@") else {
      do {
        recurrence = .cron(try CronExpression(zone == nil ? source : String(rest), for: job))
      } catch {
        // What the parser saw began after the prefix.
        let shift = zone == nil ? 0 : source[..<rest.startIndex].count
        throw CronError(field: error.field, column: error.column + shift, message: error.message)
      }
      return
    }
    let words = rest.split { $0 == " " || $0 == "\t" }
    let column = source[..<rest.startIndex].count + 1
    let macro = words[0].lowercased()
    if let fields = Self.macros[macro], words.count == 1 {
      recurrence = .cron(try CronExpression(fields).named(macro))
    } else if macro == "@reboot", words.count == 1 {
      recurrence = .reboot
    } else if macro == "@every", words.count == 2 {
      recurrence = .interval(seconds: try Self.seconds(words[1], of: source))
    } else {
      throw CronError(
        field: nil, column: column,
        message: "'\(rest)' is no macro; the macros are \(Self.macroNames), for example @daily")
    }
  }

  private static func zonePrefix(_ text: Substring, of source: String) throws(CronError) -> (
    String?, Substring
  ) {
    for name in ["CRON_TZ=", "TZ="] where text.hasPrefix(name) {
      let value = text.dropFirst(name.count).prefix { $0 != " " && $0 != "\t" }
      guard Schedule.isZoneName(value) else {
        throw CronError(
          field: "time zone", column: source[..<value.startIndex].count + 1,
          message: "'\(value)' is no IANA name; write one, for example CRON_TZ=Europe/Berlin 0 3 * * *")
      }
      return (String(value), text[value.endIndex...].drop { $0 == " " || $0 == "\t" })
    }
    return (nil, text)
  }

  /// `90m`, `1h30m`, `2d`
  private static func seconds(_ text: Substring, of source: String) throws(CronError) -> Int {
    func refuse(_ part: Substring) -> CronError {
      CronError(
        field: "interval", column: source[..<part.startIndex].count + 1,
        message: "'\(text)' is no interval of 1 second to 10 years; write days, hours, minutes and seconds, "
          + "for example @every 90m or @every 1h30m")
    }
    var rest = text
    var total = 0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      let units: [Character: Int] = ["d": 86_400, "h": 3600, "m": 60, "s": 1]
      guard let number = Int(digits), number <= 315_360_000, let name = rest[digits.endIndex...].first,
        let unit = units[name]
      else { throw refuse(rest) }
      total += number * unit
      rest = rest[digits.endIndex...].dropFirst()
    }
    guard (1...315_360_000).contains(total) else { throw refuse(text) }
    return total
  }
}

extension Schedule {
  /// Whether a text can be the IANA name of a zone: it becomes a path and a part of a unit.
  public static func isZoneName(_ name: some StringProtocol) -> Bool {
    guard name.utf8.count <= 64 else { return false }
    // The file of Europe//Berlin is there; systemd refuses the name, and with it the timer.
    return name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy {
      part in
      !part.isEmpty
        && part.allSatisfy { byte in
          byte.isASCIIAlphanumeric || [0x2B, 0x2D, 0x5F].contains(byte)
        }
    }
  }
}

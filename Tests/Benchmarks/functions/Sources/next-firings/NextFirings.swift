import Ctx7Model
import Foundation

/// next-firings EXPRESSION ZONE START COUNT TIMES: walks along the firings of a cron expression, COUNT of them and that
/// TIMES times, and prints how many nanoseconds each took and where it arrived (in seconds since 1970).
@main
struct NextFirings {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 6, let start = Int64(arguments[3]), let count = Int(arguments[4]), count > 0,
      let times = Int(arguments[5]), times > 0, let zone = zone(arguments[2])
    else {
      FileHandle.standardError.write(Data("usage: next-firings EXPRESSION ZONE START COUNT TIMES\n".utf8))
      exit(64)
    }
    let schedule = Schedule(.cron(try CronExpression(arguments[1])))
    let triggers = schedule.triggers(in: zone, from: Timestamp(seconds: start))
    var instant = Timestamp(seconds: start)
    let began = ContinuousClock.now
    for _ in 0..<times {
      instant = Timestamp(seconds: start)
      for _ in 0..<count {
        guard let next = triggers.next(after: instant, in: zone) else {
          preconditionFailure("there are no \(count) firings before the year 2200")
        }
        instant = next
      }
    }
    let elapsed = began.duration(to: .now)
    let nanoseconds = Double(elapsed.components.seconds) * 1e9 + Double(elapsed.components.attoseconds) / 1e9
    print(nanoseconds / Double(count * times), instant.seconds)
  }

  private static func zone(_ name: String) -> ZoneRules? {
    guard name != "UTC" else { return .utc }
    return FileManager.default.contents(atPath: "/usr/share/zoneinfo/\(name)").flatMap {
      ZoneRules(name: name, tzif: Array($0))
    }
  }
}

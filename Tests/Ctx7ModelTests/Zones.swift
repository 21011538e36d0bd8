import Ctx7Model
import Foundation

/// The zones of this host.
enum Zones {
  private static let folder = "/usr/share/zoneinfo"

  static func read(_ name: String) -> ZoneRules? {
    if name == "UTC" { return .utc }
    return FileManager.default.contents(atPath: "\(folder)/\(name)").flatMap {
      ZoneRules(name: name, tzif: Array($0))
    }
  }

  /// All zones that have a place in tzdata's table, in the order of their names.
  static let all: [ZoneRules] = {
    let table = (try? String(contentsOfFile: "\(folder)/tzdata.zi", encoding: .utf8)) ?? ""
    let names = table.split(separator: "\n").compactMap { line -> String? in
      let words = line.split(separator: " ")
      return switch words.first {
      case "Z": String(words[1])
      case "L": String(words[2])
      default: nil
      }
    }
    return Set(names).sorted().compactMap(read)
  }()
}

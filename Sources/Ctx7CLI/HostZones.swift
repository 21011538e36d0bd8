public import Ctx7Model
internal import Foundation

/// The zone data of this host (tzfile(5)).
public enum HostZones {
  private static let folder = "/usr/share/zoneinfo"

  /// The rules of a zone that a job names.
  public static func rules(_ name: String, of job: JobConfig) throws(Failure) -> ZoneRules {
    guard let rules = read(name) else {
      throw Failure(
        .badConfig, "job '\(job.id)': there is no time zone '\(name)' on this host",
        hint: "'timedatectl list-timezones' lists them; the package tzdata has them")
    }
    return rules
  }

  /// The zone of a schedule; the host's where it names none, or one that this host has lost.
  public static func zone(of schedule: Schedule) -> ZoneRules {
    schedule.timeZone.flatMap(read) ?? host()
  }

  private static let localtime = "/etc/localtime"

  /// The zone that /etc/localtime names (localtime(5)); UTC where it names none.
  public static func host() -> ZoneRules { linkedName.flatMap(read) ?? .utc }

  /// Its name; nil where there is none.
  public static var hostName: String? { linkedName.flatMap { read($0) == nil ? nil : $0 } }

  /// Why schedules without a zone are not in that of the host; nil where they are.
  public static var hostProblem: String? {
    guard hostName == nil, FileManager.default.fileExists(atPath: localtime) else { return nil }
    return "\(localtime) is no link to a zone in \(folder): schedules without 'timezone' are in UTC; "
      + "'timedatectl set-timezone ZONE' makes the link"
  }

  private static var linkedName: String? {
    guard let link = try? FileManager.default.destinationOfSymbolicLink(atPath: localtime),
      let start = link.range(of: "zoneinfo/")?.upperBound
    else { return nil }
    return String(link[start...])
  }

  /// The rules of a zone; nil when the host has none of that name.
  public static func read(_ name: String) -> ZoneRules? {
    if name == "UTC" { return .utc }
    // The files below right/ count leap seconds, which nobody's clock does.
    guard Schedule.isZoneName(name), !name.hasPrefix("right/"),
      let data = FileManager.default.contents(atPath: "\(folder)/\(name)")
    else {
      return nil
    }
    return ZoneRules(name: name, tzif: Array(data))
  }
}

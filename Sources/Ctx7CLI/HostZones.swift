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

  /// The zone that /etc/localtime names (localtime(5)); UTC where it names none, as for systemd.
  public static func host() -> ZoneRules {
    let link = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/etc/localtime")) ?? ""
    guard let start = link.range(of: "zoneinfo/")?.upperBound else { return .utc }
    return read(String(link[start...])) ?? .utc
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

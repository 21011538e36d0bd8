public import Ctx7Model
internal import Foundation

/// The timers as they were generated last: their single dates run out some day.
public struct GeneratedTimers: Sendable {
  private let directory: String
  private let scope: Scope

  /// Names the timers of these places; nothing is read.
  public init(_ locations: Locations) {
    directory = locations.unitDirectory
    scope = locations.scope
  }

  /// What there is to warn of in the timers of jobs, a sentence each; timers that are not there are passed over.
  public func warnings(about jobs: [JobConfig], at now: Timestamp) -> [String] {
    jobs.compactMap { job in
      guard let data = FileManager.default.contents(atPath: "\(directory)/\(job.id.timerUnit)") else {
        return nil
      }
      let lines = Schedule.calendarLines(ofUnit: String(decoding: data, as: UTF8.self))
      return job.schedule.warning(
        aboutGenerated: lines, in: HostZones.zone(of: job.schedule), at: now, scope: scope
      ).map { "\(job.id): \($0)" }
    }
  }
}

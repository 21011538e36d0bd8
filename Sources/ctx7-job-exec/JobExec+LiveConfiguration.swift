import Ctx7CLI
import Ctx7Config
import Ctx7Model

extension JobExec {
  /// The job as the files have it now.
  func liveJob(_ id: JobID, _ locations: Locations, _ environment: [String: String]) throws(Failure)
    -> ResolvedJob
  {
    let configuration = try Configuration.read(locations, environment: environment)
    guard let config = configuration.jobs.first(where: { $0.id == id }) else {
      throw Failure(
        .usage, "there is no job '\(id)'",
        hint: "configured are: \(configuration.jobs.prefix(20).map(\.id.rawValue).joined(separator: ", "))")
    }
    return ResolvedJob(config: config, host: configuration.host)
  }
}

import Ctx7CLI
import Ctx7Config
import Ctx7Model

extension ResolvedJob {
  /// The job as the files have it now.
  init(live id: JobID, _ locations: Locations, _ environment: [String: String]) throws(Failure) {
    let configuration = try Configuration.read(locations, environment: environment)
    guard let config = configuration.jobs.first(where: { $0.id == id }) else {
      let ids = configuration.jobs.map(\.id.rawValue)
      throw Failure(
        .usage, "there is no job '\(id)'",
        hint: ids.isEmpty ? "\(locations.config) configures none" : "configured are: \(ids.listed)")
    }
    self.init(config: config, host: configuration.host)
  }
}

public import ArgumentParser
internal import Ctx7Config
internal import Ctx7Model
internal import Foundation

extension CompletionKind {
  /// The ids of the jobs that are configured.
  public static var jobs: CompletionKind {
    .custom { _, _, _ in
      let environment = ProcessInfo.processInfo.environment
      let locations = Locations(user: false, stateDirectory: nil, environment: environment)
      return Configuration.loaded(locations, environment: environment).configuration?.jobs.map(\.id.rawValue)
        ?? []
    }
  }
}

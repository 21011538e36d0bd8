public import ArgumentParser
internal import Ctx7Config
internal import Ctx7Model
internal import Foundation

extension CompletionKind {
  /// The ids of the jobs that are configured where the command line says.
  public static var jobs: CompletionKind {
    .custom { words, _, _ in
      let environment = ProcessInfo.processInfo.environment
      let locations = Locations(
        user: words.contains("--user"), config: value(of: "--config", in: words), stateDirectory: nil,
        environment: environment)
      return Configuration.loaded(locations, environment: environment).configuration?.jobs.map(\.id.rawValue)
        ?? []
    }
  }

  private static func value(of option: String, in words: [String]) -> String? {
    if let word = words.last(where: { $0.hasPrefix("\(option)=") }) {
      return String(word.dropFirst(option.count + 1))
    }
    return words.lastIndex(of: option).flatMap { words[($0 + 1)...].first }
  }
}

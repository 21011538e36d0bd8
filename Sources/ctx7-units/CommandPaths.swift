import Ctx7Config
import Ctx7Model
import Ctx7Units
import Foundation

extension Planning {
  /// Prints what a command job names and this host does not have, or the job would not see.
  ///
  /// - Returns: how many warnings there were.
  func warnAboutPaths() -> Int {
    var count = 0
    for job in configuration.jobs where job.enabled {
      guard case .command(let command) = job.work else { continue }
      let warnings = command.pathWarnings(target.scope)
      warn(of: job, warnings)
      count += warnings.count
    }
    return count
  }
}

extension CommandParameters {
  fileprivate func pathWarnings(_ scope: Scope) -> [String] {
    var warnings: [String] = []
    // A name without a slash is looked up where the job runs.
    let program = argv[0].hasPrefix("/") ? [("argv", argv[0])] : []
    let directory = workingDirectory.map { [("working_directory", $0)] } ?? []
    for (key, path) in program + directory + writablePaths.map({ ("read_write_paths", $0) }) {
      if scope == .system, let hiding = SandboxKey.hiding(path), !loosened.contains(hiding) {
        warnings.append(
          "\(key): the job does not see \(path) (\(hiding.rawValue)=); 'loosen: [\(hiding.rawValue)]' shows it"
        )
      } else if Self.isMissing(path) {
        let effect = key == "read_write_paths" && scope == .system ? ": the unit cannot start without it" : ""
        warnings.append("\(key): there is no \(path)\(effect)")
      }
    }
    return warnings
  }

  /// What the caller may not look at may be there.
  private static func isMissing(_ path: String) -> Bool {
    access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)
  }
}

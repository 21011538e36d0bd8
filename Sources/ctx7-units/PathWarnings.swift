import Ctx7CLI
import Ctx7Config
import Ctx7Model
import Ctx7Units
import Foundation

extension Planning {
  /// Prints what the configuration names and this host does not have, or jobs would not see.
  ///
  /// - Returns: how many warnings there were.
  func warnAboutPaths() -> Int {
    let ofHost = configuration.host.paths.compactMap { $0.warning(target.scope) } + missingCredentials
    for warning in ofHost {
      Console.standardError("\(locations.config): warning: \(warning)".controlsEscaped)
    }
    var count = ofHost.count
    for job in configuration.jobs where job.enabled {
      guard case .command(let command) = job.work else { continue }
      let warnings = command.paths.compactMap { $0.warning(target.scope, loosened: command.loosened) }
      warn(of: job, warnings)
      count += warnings.count
    }
    return count
  }

  /// Sinks that can send nothing.
  private var missingCredentials: [String] {
    let files = CredentialFiles(locations)
    return configuration.host.alertSinks.flatMap { sink -> [String] in
      guard case .webhook(let webhook) = sink.transport else { return [] }
      return webhook.credentials.filter { files.presence(of: $0) == .none }.map {
        "sink '\(sink.name)' needs the credential \($0): there is no \(files.plainPath(of: $0))"
      }
    }
  }
}

/// A path that the configuration names.
private struct NamedPath {
  let key: String
  let path: String
  /// Whether a unit cannot start where it is missing.
  var isBound = false
  /// Whether a job makes it.
  var isMade = false

  /// What keeps a job from using it; nil when nothing does.
  ///
  /// - Parameter loosened: the keys that the job goes without; nil where that cannot be said.
  func warning(_ scope: Scope, loosened: Set<SandboxKey>? = nil) -> String? {
    if scope == .system, let hiding = SandboxKey.hidingFollowed(path), loosened?.contains(hiding) != true {
      let advice = loosened == nil ? "" : "; 'loosen: [\(hiding.rawValue)]' shows it"
      return "\(key): units do not see \(path) (\(hiding.rawValue)=)\(advice)"
    }
    guard !isMade, isMissing else { return nil }
    let effect = isBound && scope == .system ? ": the unit cannot start without it" : ""
    return "\(key): there is no \(path)\(effect)"
  }

  /// What the caller may not look at may be there.
  private var isMissing: Bool { access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR) }
}

extension CommandParameters {
  fileprivate var paths: [NamedPath] {
    [NamedPath](program: argv, key: "argv")
      + (workingDirectory.map { [NamedPath(key: "working_directory", path: $0)] } ?? [])
      + writablePaths.map { NamedPath(key: "read_write_paths", path: $0, isBound: true) }
  }
}

extension HostSettings {
  fileprivate var paths: [NamedPath] {
    let sinks = alertSinks.flatMap { sink -> [NamedPath] in
      guard case .command(let argv) = sink.transport else { return [] }
      return [NamedPath](program: argv, key: "argv of sink '\(sink.name)'")
    }
    return (prometheusTextFile.map { [NamedPath(key: "textfile", path: $0, isMade: true)] } ?? []) + sinks
  }
}

extension [NamedPath] {
  /// None for a name without a slash, which is looked up where the job runs.
  fileprivate init(program argv: [String], key: String) {
    self = argv.first.map { $0.hasPrefix("/") ? [NamedPath(key: key, path: $0)] : [] } ?? []
  }
}

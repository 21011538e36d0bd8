import Ctx7CLI
import Ctx7Model

/// What is known of a secret without looking at it.
struct CredentialFinding {
  let name: String
  let presence: CredentialFiles.Presence
  /// Whether the generated units load it.
  let isInUnits: Bool
  let scope: Scope

  /// All that the host's jobs and alert sinks may need, by name.
  static func all(_ host: HostSettings, _ locations: Locations) -> [CredentialFinding] {
    let files = CredentialFiles(locations)
    let loaded = Set(files.inUnits().keys)
    let ofJobs = host.credentialNames.union(loaded).sorted().map {
      CredentialFinding(
        name: $0, presence: files.presence(of: $0), isInUnits: loaded.contains($0), scope: locations.scope)
    }
    let tokens = files.presence(of: apiTokens)
    guard ![.none, .hidden].contains(tokens) else { return ofJobs }
    // The system's ctx7-api.service loads the plain file; for others an operator adds a line of their own.
    let isLoaded = tokens == .plain && locations.scope == .system
    return ofJobs + [
      CredentialFinding(name: apiTokens, presence: tokens, isInUnits: isLoaded, scope: locations.scope)
    ]
  }

  /// The tokens of the API, which no job loads.
  private static let apiTokens = "api-tokens"

  /// What is wrong with it; nil when nothing is.
  var warning: String? {
    let generate = scope.command("ctx7-units generate")
    return switch (presence, isInUnits) {
    case (.plain, false), (.encrypted, false):
      name == Self.apiTokens
        ? nil : "credential \(name) is not in the units; \(generate) brings it there"
    case (.none, true):
      "credential \(name) is gone, but the units load it and do not start without; "
        + "\(generate) takes it out"
    case (.both, _): "credential \(name) is there twice, plain and encrypted; remove one"
    default: nil
    }
  }

  var json: JSONValue {
    ["file": .string(presence == .hidden ? "hidden" : presence.rawValue), "in_units": .bool(isInUnits)]
  }
}

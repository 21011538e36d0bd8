public import Ctx7Model
internal import Glibc

/// Where configuration and state are, for the whole system or for one user.
public struct Locations: Hashable, Sendable {
  /// Whose configuration and state it is.
  public var scope: Scope
  /// The main configuration file; `jobs.d` lies beside it.
  public var config: String
  /// Whether the file was named by the caller, and so must exist.
  public var configIsNamed: Bool
  /// Where history, documents and locks are kept.
  public var stateDirectory: String
  /// Whether the directory was named by the caller.
  public var stateDirectoryIsNamed: Bool
  /// Where a firing keeps it that is told of no place, whatever the environment of this caller says.
  public let unnamedStateDirectory: String
  /// Where the API listens.
  public var apiSocket: String
  /// Where the configuration of the caller's other programs is, and what they keep.
  let configHome, dataHome: String
  /// Where the caller's systemd keeps what ends with the session; nil where there is none.
  let runtimeDirectory: String?

  /// Finds the places.
  ///
  /// The system's are used by root and wherever `/etc/ctx7` exists; otherwise, or with `--user`, those of the
  /// XDG Base Directory Specification. `--config` and `--state-dir` (`CTX7_CONFIG`, `CTX7_STATE_DIR`) win.
  public init(
    user: Bool, config: String?, stateDirectory: String?, environment: [String: String], isRoot: Bool,
    systemIsConfigured: Bool
  ) {
    scope = user || !(isRoot || systemIsConfigured) ? .user : .system
    // One that is empty is as good as none.
    func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    let home = variable("HOME") ?? "/"
    func xdg(_ name: String, _ fallback: String) -> String {
      // "If an implementation encounters a relative path … it should consider the path invalid and ignore it."
      variable(name).flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/\(fallback)"
    }
    configHome = xdg("XDG_CONFIG_HOME", ".config")
    dataHome = xdg("XDG_DATA_HOME", ".local/share")
    runtimeDirectory = variable("XDG_RUNTIME_DIR")
    let named = config ?? variable("CTX7_CONFIG")
    configIsNamed = named != nil
    self.config = named ?? (scope == .system ? "/etc/ctx7" : "\(configHome)/ctx7") + "/ctx7.yaml"
    apiSocket = (scope == .system ? "/run" : runtimeDirectory ?? home) + "/ctx7/api.sock"
    let namedState = stateDirectory ?? variable("CTX7_STATE_DIR")
    stateDirectoryIsNamed = namedState != nil
    unnamedStateDirectory = scope == .system ? "/var/lib/ctx7" : "\(home)/.local/state/ctx7"
    self.stateDirectory =
      namedState
      ?? (scope == .system ? unnamedStateDirectory : xdg("XDG_STATE_HOME", ".local/state") + "/ctx7")
  }

  /// The files that jobs may be in, for hints: which one it is, a generated job does not know.
  public var whereJobsAre: String { "in \(config), or in the file of jobs.d beside it" }
  /// Where an operator puts the keys of services, one file each.
  public var credentialsDirectory: String {
    "\(config.prefix(upTo: config.lastIndex(of: "/") ?? config.startIndex))/credentials"
  }
  /// Where those are that systemd-creds(1) has encrypted, as /etc/credstore.encrypted is to /etc/credstore.
  public var encryptedCredentialsDirectory: String { credentialsDirectory + ".encrypted" }
  /// The history.
  public var historyFile: String { stateDirectory + "/jobs.sqlite" }
  /// The documents.
  public var documentsFile: String { stateDirectory + "/documents.sqlite" }
  /// The lock files of running jobs.
  public var lockDirectory: String { stateDirectory + "/locks" }
  /// One file for each job that an operator has switched off.
  public var disabledDirectory: String { stateDirectory + "/disabled" }
}

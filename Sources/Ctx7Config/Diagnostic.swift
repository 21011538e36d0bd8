internal import Ctx7Model

/// A place in a configuration file; lines and columns count from 1.
public struct SourcePosition: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The path, as the user named it.
  public var file: String
  /// From 1.
  public var line: Int
  /// From 1, in characters.
  public var column: Int

  /// Creates a position.
  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// `file:line:column`
  public var description: String { "\(file):\(line):\(column)" }

  /// Orders by file, then by line and column.
  public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
    (left.file, left.line, left.column) < (right.file, right.line, right.column)
  }
}

/// Something to say about the configuration.
public struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
  /// How bad it is. Only an error keeps the configuration from being used.
  public enum Severity: String, Sendable {
    case error
    case warning
    case note
  }

  /// How bad it is.
  public var severity: Severity
  /// Where; nil for what does not come from a file: the environment.
  public var position: SourcePosition?
  /// What is wrong and what is allowed.
  public var message: String

  /// Creates a diagnostic.
  public init(_ severity: Severity, _ position: SourcePosition?, _ message: String) {
    self.severity = severity
    self.position = position
    self.message = message
  }

  /// `file:line:column: error: message`
  public var description: String {
    ((position.map { "\($0): " } ?? "") + "\(severity.rawValue): \(message)").controlsEscaped
  }
}

/// Collects what there is to say, so that every problem is reported at once.
final class Diagnostics {
  private(set) var all: [Diagnostic]

  init(_ known: [Diagnostic] = []) {
    all = known
  }

  func error(_ position: SourcePosition?, _ message: String) {
    all.append(Diagnostic(.error, position, message))
  }

  func warning(_ position: SourcePosition?, _ message: String) {
    all.append(Diagnostic(.warning, position, message))
  }

  func note(_ position: SourcePosition?, _ message: String) {
    all.append(Diagnostic(.note, position, message))
  }

  private var zones: [String: [SourcePosition]] = [:]

  /// Remembers that a schedule names a time zone.
  func names(zone: String, _ position: SourcePosition) {
    zones[zone, default: []].append(position)
  }

  /// Reports the zones that are not there, at each place that names them.
  func refuseZones(_ isThere: (String) -> Bool) {
    for (name, positions) in zones where !isThere(name) {
      for position in positions {
        error(
          position,
          "there is no time zone '\(name)' on this host; 'timedatectl list-timezones' lists those of tzdata")
      }
    }
  }

  var hasErrors: Bool { all.contains { $0.severity == .error } }

  /// By position, the environment's last.
  var sorted: [Diagnostic] {
    all.enumerated().sorted { left, right in
      switch (left.element.position, right.element.position) {
      case (let first?, let second?) where first != second: first < second
      case (_?, nil): true
      case (nil, _?): false
      default: left.offset < right.offset
      }
    }.map(\.element)
  }
}

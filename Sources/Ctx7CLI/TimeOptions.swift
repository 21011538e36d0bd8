public import ArgumentParser
internal import Glibc

/// How times are shown.
public struct TimeOptions: ParsableArguments {
  /// `--utc`
  @Flag(help: "Show times in UTC rather than in local time.")
  public var utc = false

  /// Creates options that nobody has given.
  public init() {}

  /// Makes local time UTC for this process: localtime_r(3) goes by `TZ`.
  public func validate() throws {
    guard utc else { return }
    setenv("TZ", "UTC0", 1)
    tzset()
  }
}

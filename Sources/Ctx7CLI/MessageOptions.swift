public import ArgumentParser
internal import Ctx7Model

/// How a verb that does something says what it has done.
public struct MessageOptions: ParsableArguments {
  /// `--json`
  @Flag(help: "Print JSON: an object with what was done as its message.")
  public var json = false

  /// Creates options that nobody has given.
  public init() {}

  /// Says what was done.
  public func say(_ message: String) {
    let object: JSONValue = ["message": .string(message)]
    Console.standardOutput(json ? object.pretty : message)
  }
}

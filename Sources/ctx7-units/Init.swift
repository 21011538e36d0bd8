public import ArgumentParser
import Ctx7CLI
public import Ctx7Config
import Ctx7Model
import Foundation

extension ExampleConfig: ExpressibleByArgument {}

struct Init: Command {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Write a commented example configuration.")

  @Option(help: "Which example to write.")
  var preset = ExampleConfig.standard

  @OptionGroup var location: LocationOptions

  func run() async throws {
    let path = location.locations.config
    try write(to: path)
    let options = location.locations.scope.option + (location.config == nil ? "" : " --config \(path)")
    Console.standardOutput(
      "wrote \(path); edit it, then: ctx7-units check\(options), ctx7-units generate\(options)")
  }

  private func write(to path: String) throws(Failure) {
    // Whatever umask root has, user ctx7 and everybody else may read the configuration of the system.
    let mask = location.locations.scope == .system ? umask(0o022) : nil
    defer { if let mask { umask(mask) } }
    let folder = (path as NSString).deletingLastPathComponent
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw Failure(.ioError, "\(folder) cannot be created: \(error.systemReason)")
    }
    do {
      try Data(preset.text.utf8).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
    } catch CocoaError.fileWriteFileExists {
      throw Failure(.badConfig, "\(path) exists", hint: "edit it, or name another file with --config")
    } catch {
      throw Failure(.ioError, "\(path) cannot be written: \(error.systemReason)")
    }
  }
}

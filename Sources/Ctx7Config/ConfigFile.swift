internal import Ctx7Model
internal import Foundation
internal import SystemPackage

/// A configuration file as it was read.
public struct ConfigFile: Sendable {
  /// As messages name it.
  public var path: String
  /// The contents, whatever they are.
  public var bytes: [UInt8]

  /// Creates a file from its contents.
  public init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  /// The most that a file may hold.
  static let maximumSize = 1 << 20
}

/// The files of a configuration on disk: the main one, and `jobs.d/*.yaml` beside it in name order.
public struct ConfigFiles: Sendable {
  let main: ConfigFile?
  /// Those of jobs.d, in name order.
  let jobs: [ConfigFile]
  /// Files that are there and could not be read, or are not read.
  let problems: [Diagnostic]

  /// Reads the files.
  ///
  /// - Parameter mustExist: whether a missing main file is a problem: it is when somebody named it.
  public init(main path: String, mustExist: Bool) {
    var problems: [Diagnostic] = []
    func read(_ path: String) -> ConfigFile? {
      do {
        return ConfigFile(path: path, bytes: try Self.bytes(of: path))
      } catch {
        problems.append(
          Diagnostic(.error, SourcePosition(file: path, line: 1, column: 1), "it cannot be read: \(error)"))
        return nil
      }
    }
    self.main = mustExist || !Self.isAbsent(path) ? read(path) : nil
    let folder = (path as NSString).deletingLastPathComponent + "/jobs.d"
    var names: [String] = []
    // To take jobs that cannot be read for jobs that are gone would be to remove them.
    if !Self.isAbsent(folder) {
      do { names = try FileManager.default.contentsOfDirectory(atPath: folder) } catch {
        problems.append(
          Diagnostic(
            .error, SourcePosition(file: folder, line: 1, column: 1),
            "the directory cannot be read: \(error.systemReason)"))
      }
    }
    jobs = names.sorted().filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }
      .compactMap { read("\(folder)/\($0)") }
    for name in names.sorted() where name.hasSuffix(".yml") && !name.hasPrefix(".") {
      problems.append(
        Diagnostic(
          .warning, SourcePosition(file: "\(folder)/\(name)", line: 1, column: 1),
          "the file is not read; only those are whose names end with .yaml"))
    }
    self.problems = problems
  }

  private static func isAbsent(_ path: String) -> Bool { access(path, F_OK) != 0 && errno == ENOENT }

  /// One byte more than a file may have tells that there is too much, whatever the file is.
  private static func bytes(of path: String) throws -> [UInt8] {
    // A FIFO would block for ever.
    let file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec, .nonBlocking])
    return try file.closeAfter {
      var bytes: [UInt8] = []
      while bytes.count <= ConfigFile.maximumSize {
        let part = try [UInt8](unsafeUninitializedCapacity: ConfigFile.maximumSize + 1) { buffer, count in
          count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
        if part.isEmpty { break }
        bytes += part
      }
      return bytes
    }
  }
}

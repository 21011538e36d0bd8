internal import Foundation

/// A configuration file as it was read.
public struct ConfigFile: Sendable {
  /// As messages name it.
  public var path: String
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
  /// Files that are there and could not be read.
  let problems: [Diagnostic]

  /// Reads the files.
  ///
  /// - Parameter mustExist: whether a missing main file is a problem: it is when somebody named it.
  public init(main path: String, mustExist: Bool) {
    var problems: [Diagnostic] = []
    func read(_ path: String) -> ConfigFile? {
      do {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        // One byte more than allowed tells that there is too much, whatever the file is.
        let data = try handle.read(upToCount: ConfigFile.maximumSize + 1) ?? Data()
        return ConfigFile(path: path, bytes: Array(data))
      } catch {
        let reason = (error as? CocoaError)?.underlying ?? error.localizedDescription
        problems.append(
          Diagnostic(.error, SourcePosition(file: path, line: 1, column: 1), "it cannot be read: \(reason)"))
        return nil
      }
    }
    self.main = mustExist || FileManager.default.fileExists(atPath: path) ? read(path) : nil
    let folder = (path as NSString).deletingLastPathComponent + "/jobs.d"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    jobs = names.sorted().filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }
      .compactMap { read("\(folder)/\($0)") }
    self.problems = problems
  }
}

extension CocoaError {
  fileprivate var underlying: String? {
    (userInfo[NSUnderlyingErrorKey] as? POSIXError).map { String(cString: strerror($0.code.rawValue)) }
  }
}

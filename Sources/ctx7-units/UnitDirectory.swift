import Ctx7CLI
import Ctx7Model
import Ctx7Systemd
import Ctx7Units
import Foundation

/// The directory that generated units are kept in.
struct UnitDirectory {
  let path: String

  /// The text of every file there that has a name of ours; no text of what has the name and is no file, which so
  /// counts as not made by us.
  func units() throws(Failure) -> [String: String] {
    guard FileManager.default.fileExists(atPath: path) else { return [:] }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw Failure(.ioError, "\(path) cannot be read: \(error.systemReason)")
    }
    var units: [String: String] = [:]
    for name in names
    where name.hasPrefix(JobID.unitPrefix) && (name.hasSuffix(".timer") || name.hasSuffix(".service")) {
      units[name] = try text(of: name) ?? ""
    }
    return units
  }

  /// nil for a link to nowhere, a directory, a device.
  private func text(of name: String) throws(Failure) -> String? {
    var status = stat()
    guard stat("\(path)/\(name)", &status) == 0 else {
      if errno == ENOENT || errno == ELOOP { return nil }
      throw refused("\(path)/\(name)")
    }
    guard status.st_mode & S_IFMT == S_IFREG else { return nil }
    do {
      return String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")), as: UTF8.self)
    } catch {
      throw Failure(.ioError, "\(path)/\(name) cannot be read: \(error.systemReason)")
    }
  }

  /// Runs `body` while no other command of ours changes units; waits for one that does (flock(2)).
  func exclusively<Value>(_ body: () throws -> Value) throws -> Value {
    try create()
    let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw refused(path) }
    defer { close(directory) }
    while flock(directory, LOCK_EX) != 0 {
      guard errno == EINTR else { throw refused(path) }
    }
    // What a killed run had not come to rename.
    let names = try? FileManager.default.contentsOfDirectory(atPath: path)
    for name in names ?? [] where name.hasPrefix(JobID.unitPrefix) && name.hasSuffix(".new") {
      unlinkat(directory, name, 0)
    }
    return try body()
  }

  private func create() throws(Failure) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    } catch {
      throw Failure(.ioError, "\(path) cannot be created: \(error.systemReason)")
    }
  }

  /// Writes all files, each whole: first under temporary names, then one flush to disk, then the renames. Only when one
  /// of these fails are some of the files there and others not; the next run mends it.
  ///
  /// - Parameter prepare: what is to be done once nothing but the renames can fail.
  func write(_ files: [UnitFile], beforeRenaming prepare: () throws -> Void = {}) throws {
    guard !files.isEmpty else { return try prepare() }
    try create()
    let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw refused(path) }
    defer { close(directory) }
    // Whatever umask the caller has, systemd and everybody else may read a unit.
    let mask = umask(0o022)
    defer { umask(mask) }
    do {
      for file in files { try write(file, in: directory) }
      guard flushFileSystem(of: directory) else { throw refused(path) }
      try prepare()
      for file in files where renameat(directory, temporaryName(of: file), directory, file.name) != 0 {
        throw refused("\(path)/\(file.name)")
      }
      guard fsync(directory) == 0 else { throw refused(path) }
    } catch {
      for file in files { unlinkat(directory, temporaryName(of: file), 0) }
      throw error
    }
  }

  /// The units that a run had begun to change which was killed before systemd knew of it.
  var unfinished: [String] {
    (try? String(contentsOfFile: note, encoding: .utf8)).map { $0.split(separator: "\n").map(String.init) }
      ?? []
  }

  /// Notes the units that are about to change, until `finish`; after a crash of the machine systemd reads all of them.
  func begin(_ names: [String]) throws(Failure) {
    guard FileManager.default.createFile(atPath: note, contents: Data(names.joined(separator: "\n").utf8))
    else {
      throw refused(note)
    }
  }

  /// systemd knows them.
  func finish() throws(Failure) {
    guard unlink(note) == 0 || errno == ENOENT else { throw refused(note) }
  }

  private var note: String { "\(path)/.ctx7-units-unfinished" }

  /// Deletes a file; one that is gone already is fine.
  func remove(_ name: String) throws(Failure) {
    guard unlink("\(path)/\(name)") == 0 || errno == ENOENT else { throw refused("\(path)/\(name)") }
  }

  private func write(_ unit: UnitFile, in directory: CInt) throws(Failure) {
    let name = temporaryName(of: unit)
    let file = openat(directory, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard file >= 0 else { throw refused("\(path)/\(name)") }
    defer { close(file) }
    var bytes = Array(unit.text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Foundation.write(file, $0.baseAddress, $0.count) }
      guard count > 0 else { throw refused("\(path)/\(name)") }
      bytes = bytes.dropFirst(count)
    }
  }

  private func temporaryName(of unit: UnitFile) -> String { unit.name + ".new" }

  private func refused(_ name: String) -> Failure {
    let reason = String(cString: strerror(errno))
    return Failure(errno == EACCES ? .noPermission : .ioError, "\(name): \(reason)")
  }
}

internal import Foundation
internal import Glibc

/// Files and folders: `file:///srv/docs`. A folder is its `.md` and `.txt` files in name order, read as one.
public struct FileSource: Sendable {
  /// Creates the source.
  public init() {}

  /// Fetches what is there now.
  public func fetch(_ location: SourceLocation, validators: Validators) async throws -> Fetched {
    guard case .file(let path) = location.kind else { preconditionFailure("not a file: \(location)") }
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw SourceError(location, Self.absence(of: path))
    }
    let files = try isDirectory.boolValue ? documents(in: path, location) : [path]
    var texts: [String] = []
    var size = 0
    for file in files {
      let data: [UInt8]
      do {
        data = try Self.contents(of: file, limit: maximumDocumentSize - size)
      } catch {
        throw SourceError(location, error)
      }
      size += data.count
      guard let text = String(validatingUTF8: data) else { throw SourceError(location, .notText) }
      texts.append(text)
    }
    // A single text is not copied.
    return .content(texts.count == 1 ? texts[0] : texts.joined(separator: "\n\n"), Validators())
  }

  /// The bytes of a regular file, `limit` at most; what is larger is not read.
  private static func contents(of path: String, limit: Int) throws(SourceError.Reason) -> [UInt8] {
    // Else a FIFO would be waited for until somebody writes to it.
    let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { throw .denied("\(path) cannot be read") }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .denied("\(path) is no regular file")
    }
    guard status.st_size <= limit else { throw .noAnswer(.tooLarge(limit: maximumDocumentSize)) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(status.st_size))
    var part = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(file, &part, part.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .denied("\(path) cannot be read") }
      if count == 0 { return bytes }
      bytes += part[..<count]
      // It may have grown meanwhile.
      guard bytes.count <= limit else { throw .noAnswer(.tooLarge(limit: maximumDocumentSize)) }
    }
  }

  /// Why there is nothing at a path.
  ///
  /// A sandbox hides folders behind empty ones, and the place of a mount is empty or missing while it is not mounted:
  /// only a folder that holds something else tells that the file is no more.
  private static func absence(of path: String) -> SourceError.Reason {
    let url = URL(fileURLWithPath: path)
    let folder = url.deletingLastPathComponent().path
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      return .denied("the folder \(folder) is not there, or cannot be read")
    }
    guard !names.isEmpty else {
      return .denied("the folder \(folder) is empty: not mounted, or hidden by a sandbox?")
    }
    return names.contains(url.lastPathComponent) ? .denied("it cannot be read") : .gone("no such file")
  }

  private func documents(in folder: String, _ location: SourceLocation) throws -> [String] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw SourceError(location, .denied("the folder cannot be read"))
    }
    let documents = names.filter { !$0.hasPrefix(".") && ($0.hasSuffix(".md") || $0.hasSuffix(".txt")) }
      .sorted()
    guard !documents.isEmpty else {
      throw SourceError(location, .noContent("the folder holds no .md or .txt file"))
    }
    return documents.map { "\(folder)/\($0)" }
  }
}

extension String {
  /// Text of bytes that are valid UTF-8, without a byte order mark; nil for any others.
  init?(validatingUTF8 bytes: some Collection<UInt8>) {
    guard let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0) else { return nil }
    self = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
  }
}

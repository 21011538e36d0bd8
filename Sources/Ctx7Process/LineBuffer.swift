internal import Glibc

/// Cuts what comes out of a pipe into lines.
struct LineBuffer {
  let source: ChildProcess.Source
  private var rest: [UInt8] = []
  private static let longest = 65_536

  init(source: ChildProcess.Source) { self.source = source }

  /// Reads what is there; false at the end.
  mutating func read(_ descriptor: CInt, _ line: (ChildProcess.Source, String) -> Void) -> Bool {
    let bytes = [UInt8](unsafeUninitializedCapacity: Self.longest) { buffer, count in
      count = max(0, Glibc.read(descriptor, buffer.baseAddress, buffer.count))
    }
    guard !bytes.isEmpty else { return false }
    rest += bytes
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      line(source, String(decoding: rest[..<end], as: UTF8.self))
      rest.removeFirst(end + 1)
    }
    if rest.count >= Self.longest { finish(line) }
    return true
  }

  /// Hands over a last line without a newline.
  mutating func finish(_ line: (ChildProcess.Source, String) -> Void) {
    guard !rest.isEmpty else { return }
    line(source, String(decoding: rest, as: UTF8.self))
    rest = []
  }
}

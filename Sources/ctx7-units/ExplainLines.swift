import Ctx7CLI
import Ctx7Model
import Foundation

/// `explain -`: answers JSON lines as they come.
struct ExplainLines {
  /// Reads standard input to its end; what a read brings is answered before the next one, so that a caller may
  /// wait for each answer.
  ///
  /// - Throws: `Failure` when it cannot be read.
  func run() throws(Failure) {
    var zones = ZoneCache()
    var rest: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw Failure(.ioError, "standard input cannot be read: \(String(cString: strerror(errno)))")
      }
      guard count > 0 else { break }
      rest.append(contentsOf: buffer[..<count])
      guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { continue }
      answer(rest[..<end], &zones)
      rest.removeFirst(end + 1)
    }
    if !rest.isEmpty { answer(rest[...], &zones) }
  }

  private func answer(_ lines: ArraySlice<UInt8>, _ zones: inout ZoneCache) {
    let now = Timestamp.now
    let answers = lines.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      Self.answer(String(decoding: line, as: UTF8.self), now: now, &zones).description
    }
    Console.standardOutput(answers.joined(separator: "\n"))
  }

  private static func answer(_ line: String, now: Timestamp, _ zones: inout ZoneCache) -> JSONValue {
    do throws(ExplainRequest.Refusal) {
      return try Explanation(ExplainRequest(json: line, now: now), &zones).json
    } catch {
      return error.json
    }
  }
}

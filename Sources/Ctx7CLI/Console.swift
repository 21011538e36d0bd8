public import Ctx7Model
internal import Glibc

/// The one place that prints.
public enum Console {
  /// Writes a line to standard output; to a terminal without what would steer it.
  public static func standardOutput(_ line: String) {
    write(harmless(line, on: STDOUT_FILENO) + "\n", to: STDOUT_FILENO)
  }

  /// Writes a line that may hold colours, and else nothing that steers a terminal.
  static func standardOutput(painted line: String) {
    write(line + "\n", to: STDOUT_FILENO)
  }

  /// Writes an array of JSON to standard output, each value as it comes.
  public static func standardOutput(array values: some Sequence<JSONValue>) {
    JSONValue.write(values) { write($0[...], to: STDOUT_FILENO) }
    write("\n", to: STDOUT_FILENO)
  }

  /// Writes a line to standard error; to a terminal without what would steer it.
  public static func standardError(_ line: String) {
    write(harmless(line, on: STDERR_FILENO) + "\n", to: STDERR_FILENO)
  }

  /// Documents and the words of servers are printed too; in a file they stand as they are.
  private static func harmless(_ line: String, on descriptor: CInt) -> String {
    isatty(descriptor) == 1 ? line.printable(keeping: ["\n", "\t"]) : line
  }

  /// Replaces the last line on a terminal's standard error; an empty text clears it.
  public static func replaceLine(_ text: String) {
    // ECMA-48: carriage return, then erase to the end of the line.
    write("\r\u{1B}[K" + text.prefix(columns - 1), to: STDERR_FILENO)
  }

  /// Whether a person reads standard error.
  public static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  /// The width of the terminal on standard error, 80 when there is none.
  public static var columns: Int { columns(of: STDERR_FILENO) ?? 80 }

  /// The name of the user who has started the command; a number where it has none.
  public static var userName: String {
    getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "user \(getuid())"
  }

  /// The width of the terminal that standard output is; nil when it is none.
  static var outputColumns: Int? { columns(of: STDOUT_FILENO) }

  /// nil for what is no terminal, and for one that does not say.
  private static func columns(of descriptor: CInt) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Whether standard output is a terminal that wants colours (https://no-color.org).
  static var isColoured: Bool {
    func value(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }
    return isatty(STDOUT_FILENO) == 1 && value("NO_COLOR").isEmpty && value("TERM") != "dumb"
  }

  /// Empties the terminal that standard output is; elsewhere nothing is to be emptied.
  public static func clearOutput() {
    // ECMA-48: cursor to the top left, then erase the display.
    if isatty(STDOUT_FILENO) == 1 { write("\u{1B}[H\u{1B}[2J", to: STDOUT_FILENO) }
  }

  private static func write(_ text: String, to descriptor: CInt) {
    write(Array(text.utf8)[...], to: descriptor)
  }

  private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: CInt) {
    var bytes = bytes
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        // The reader has gone (`| head`): there is nobody left to tell.
        if errno == EPIPE || descriptor == STDERR_FILENO { return }
        standardError("standard output cannot be written: \(String(cString: strerror(errno)))")
        exit(ExitStatus.ioError.rawValue)
      }
      bytes = bytes.dropFirst(count)
    }
  }
}

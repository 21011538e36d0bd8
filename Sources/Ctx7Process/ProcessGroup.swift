internal import Glibc
internal import Synchronization

/// The process group of one child: started, read, told to stop, reaped.
final class ProcessGroup: Sendable {
  private enum State {
    case running
    case stopping(sinceMilliseconds: Int64)
    /// The number may belong to somebody else from now on.
    case reaped
  }

  private let process: pid_t
  private let pipes: [(source: ChildProcess.Source, descriptor: CInt)]
  private let input: CInt
  private let inputBytes: [UInt8]
  private let state = Mutex(State.running)

  /// Starts the program.
  init(_ launch: ChildProcess.Launch) throws(LaunchError) {
    let name = launch.argv.first ?? ""
    var ends: [Pipe] = []
    for _ in 0..<4 {
      guard let pipe = Pipe() else {
        let code = errno
        ends.forEach { $0.closeBoth() }
        throw LaunchError(path: name, code: code)
      }
      ends.append(pipe)
    }
    let (input, output, error, reports) = (ends[0], ends[1], ends[2], ends[3])
    // The last one first could overwrite a descriptor that is still to be copied.
    let places: [(CInt, CInt)] = [
      (input.reading, 0), (output.writing, 1), (error.writing, 2), (reports.writing, 3),
    ]
    let (result, process) = Spawn.start(launch, places)
    input.closeReading()
    [output, error, reports].forEach { $0.closeWriting() }
    guard result == 0 else {
      input.closeWriting()
      [output, error, reports].forEach { $0.closeReading() }
      if let directory = launch.impossibleDirectory {
        throw LaunchError(path: directory, code: result, isDirectory: true)
      }
      throw LaunchError(path: name, code: result)
    }
    self.process = process
    self.input = input.writing
    inputBytes = launch.input
    pipes = [
      (.output, output.reading), (.error, error.reading), (.reports, reports.reading),
    ]
  }

  /// Asks the whole group to stop.
  func terminate() {
    state.withLock { state in
      guard case .running = state else { return }
      state = .stopping(sinceMilliseconds: Self.now)
      kill(-process, SIGTERM)
    }
  }

  /// Reads until the program has ended; blocks.
  func wait(graceSeconds: Int, _ tick: () -> Void, _ line: (ChildProcess.Source, String) -> Void)
    -> ChildProcess.Exit
  {
    feed()
    var lines = pipes.map { LineBuffer(source: $0.source) }
    var open = pipes.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    var endedAt: Int64?
    while true {
      tick()
      if endedAt == nil, hasEnded { endedAt = Self.now }
      let isQuiet = open.allSatisfy { $0.fd < 0 }
      // A grandchild that keeps the pipes is given the time to write what it has.
      if let endedAt, isQuiet || Self.now - endedAt > 200 {
        for index in lines.indices { lines[index].finish(line) }
        open.filter { $0.fd >= 0 }.forEach { close($0.fd) }
        return reap()
      }
      killAfter(graceSeconds)
      poll(&open, nfds_t(open.count), isQuiet || endedAt != nil ? 5 : 100)
      for index in open.indices where open[index].fd >= 0 && open[index].revents != 0 {
        if !lines[index].read(open[index].fd, line) {
          close(open[index].fd)
          open[index].fd = -1
        }
      }
    }
  }

  /// Writes the input, which is small enough for a pipe; a program that does not read it is left alone.
  private func feed() {
    Self.withoutSIGPIPE {
      _ = inputBytes.withUnsafeBytes { write(input, $0.baseAddress, min($0.count, 65_536)) }
    }
    close(input)
  }

  /// A program that has ended already must not take this process with it: the signal of a write to a pipe that nobody
  /// reads goes to the thread that wrote, and is taken before it is let through again.
  private static func withoutSIGPIPE(_ body: () -> Void) {
    var (signal, inherited) = (sigset_t(), sigset_t())
    sigemptyset(&signal)
    sigaddset(&signal, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signal, &inherited)
    body()
    var patience = timespec()
    sigtimedwait(&signal, nil, &patience)
    pthread_sigmask(SIG_SETMASK, &inherited, nil)
  }

  /// Whether the program has ended; its number stays its own until it is reaped.
  var hasEnded: Bool {
    var info = siginfo_t()
    return waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo == SIGCHLD
  }

  /// The exit of a program that has ended. What it leaves behind is killed first: from then on the number may belong
  /// to somebody else.
  private func reap() -> ChildProcess.Exit {
    state.withLock { state in
      kill(-process, SIGKILL)
      var status: CInt = 0
      waitpid(process, &status, 0)
      state = .reaped
      // wait(2): the low seven bits are the signal, 0 for an exit; the next byte is the exit status.
      return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .signaled(status & 0x7F)
    }
  }

  private func killAfter(_ graceSeconds: Int) {
    state.withLock { state in
      guard case .stopping(let since) = state, Self.now - since >= Int64(graceSeconds) * 1000 else { return }
      kill(-process, SIGKILL)
    }
  }

  private static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}

/// The two ends of a pipe; none of them is inherited by accident.
private struct Pipe {
  let reading: CInt
  let writing: CInt

  init?() {
    var ends: [CInt] = [0, 0]
    // pipe2(2) is not in the Glibc module.
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
  }

  func closeReading() { close(reading) }
  func closeWriting() { close(writing) }

  func closeBoth() {
    closeReading()
    closeWriting()
  }
}

internal import CGlibc
internal import Glibc

extension ChildProcess.Launch {
  /// The directory to start in, where that cannot be: what is told of a start that failed does not say so.
  var impossibleDirectory: String? {
    guard let directory = workingDirectory else { return nil }
    var status = stat()
    let isDirectory = stat(directory, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    return isDirectory && access(directory, X_OK) == 0 ? nil : directory
  }
}

/// posix_spawn(3) with everything a child of ours needs.
enum Spawn {
  /// Starts a program.
  ///
  /// - Parameter places: which of our descriptors becomes which of its.
  /// - Returns: the errno, 0 for success, and the process.
  static func start(_ launch: ChildProcess.Launch, _ places: [(ours: CInt, its: CInt)]) -> (CInt, pid_t) {
    guard let program = launch.argv.first, !program.isEmpty else { return (EINVAL, 0) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for place in places { posix_spawn_file_actions_adddup2(&actions, place.ours, place.its) }
    if let directory = launch.workingDirectory {
      let result = posix_spawn_file_actions_addchdir_np(&actions, directory)
      guard result == 0 else { return (result, 0) }
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (all, none) = (sigset_t(), sigset_t())
    sigfillset(&all)
    sigemptyset(&none)
    // Our own handlers and masks are not for the child.
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    var arguments: [UnsafeMutablePointer<CChar>?] = launch.argv.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] =
      launch.environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (arguments + variables).forEach { free($0) } }
    var process: pid_t = 0
    let result = posix_spawnp(&process, program, &actions, &attributes, &arguments, &variables)
    return (result, process)
  }
}

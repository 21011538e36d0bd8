public import ArgumentParser
import Ctx7CLI
public import Ctx7Executor
import Foundation

extension RetryMode: ExpressibleByArgument {
  /// Where this is what a container runs nobody else would wait, so the process does. A person sees the failure, and a
  /// script the exit status 75: they decide themselves.
  static func fitting(_ environment: [String: String]) -> RetryMode {
    // Process 1, or its child where that is a tiny init; not a shell that somebody has opened in there.
    let isMain = getpid() == 1 || (getppid() == 1 && !Console.isInteractive)
    return isMain && isContainer(environment) ? .inline : .none
  }

  /// The marks of podman, docker, and whatever follows systemd's container interface; none counts where a
  /// systemd runs inside.
  private static func isContainer(_ environment: [String: String]) -> Bool {
    let files = FileManager.default
    guard !files.fileExists(atPath: "/run/systemd/system") else { return false }
    return environment["container"] != nil || environment["KUBERNETES_SERVICE_HOST"] != nil
      || files.fileExists(atPath: "/run/.containerenv") || files.fileExists(atPath: "/.dockerenv")
  }
}

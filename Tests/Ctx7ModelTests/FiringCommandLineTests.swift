import Ctx7Model
import Testing

/// The executor reads the command lines that `generate` writes, and no others, without ArgumentParser.
struct FiringCommandLineTests {
  private static let job = JobID(rawValue: "daily-ttl-cleanup")

  @Test(
    arguments: [false, true], [nil, "/srv/state", "--user", ""] as [String?])
  func `what is written is read`(isOfUser: Bool, stateDirectory: String?) throws {
    let line = FiringCommandLine(
      job: try #require(Self.job), configHash: "aa3285af1a522447", isOfUser: isOfUser,
      stateDirectory: stateDirectory)
    #expect(FiringCommandLine(arguments: line.arguments) == line)
  }

  @Test(arguments: [
    "", "--help", "--job", "--job daily", "--settle daily --user", "--job daily --config-hash",
    "--job Daily --config-hash aa", "--config-hash aa --job daily", "--job daily --config-hash aa --json",
    "--job daily --config-hash aa --state-dir", "--job daily --config-hash aa --state-dir /srv --user",
    "--job daily --config-hash aa --user --user", "--job=daily --config-hash aa",
    "--job daily --config-hash aa --user --state-dir /srv more",
  ])
  func `anything else is left to ArgumentParser`(line: String) {
    #expect(FiringCommandLine(arguments: line.split(separator: " ").map(String.init)) == nil)
  }
}

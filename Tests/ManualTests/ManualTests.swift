import Ctx7Model
import Foundation
import TestSupport
import Testing

/// Pages and code name the same options, keys, variables and exit statuses.
@Suite struct ManualTests {
  private static func page(_ name: String) throws -> String {
    try String(contentsOfFile: "\(Project.root)/man/\(name)", encoding: .utf8)
  }

  /// What the pattern's group matches.
  private static func all(_ pattern: String, in text: String) throws -> Set<String> {
    let regex = try NSRegularExpression(pattern: pattern, options: .anchorsMatchLines)
    return Set(
      regex.matches(in: text, range: NSRange(text.startIndex..., in: text)).compactMap { match in
        Range(match.range(at: 1), in: text).map { String(text[$0]) }
      })
  }

  private static func sources(of folder: String) throws -> String {
    let folder = "\(Project.root)/Sources/\(folder)"
    return try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
      .filter { $0.hasSuffix(".swift") }.map {
        try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)
      }
      .joined()
  }

  @Test(arguments: ["ctx7-api", "ctx7-job-exec", "ctx7-units", "ctx7ctl"])
  func `every option is in the page, and every option of the page exists`(program: String) async throws {
    let dump = try await Program.run(program, ["--experimental-dump-help"])
    let options = try Self.all(#""kind" : "long",\s*"name" : "([^"]+)""#, in: dump.output)
      .subtracting(["generate-completion-script"])
    let section = program == "ctx7-api" ? 8 : 1
    let described = try Self.all(#"\bFl -([a-z0-9-]+)"#, in: Self.page("\(program).\(section)"))
    try #require(options.count > 4)
    #expect(described == options)
  }

  @Test(arguments: ["ctx7-units", "ctx7ctl"])
  func `every verb is in the page, and every verb of the page exists`(program: String) async throws {
    let dump = try await Program.run(program, ["--experimental-dump-help"])
    let verbs = try Self.all(#""commandName" : "([^"]+)""#, in: dump.output).subtracting([program, "help"])
    let items = try Self.all(#"^\.It Cm ([a-z-]+(?: [a-z]+)?)"#, in: Self.page("\(program).1"))
    let described = Set(items.flatMap { $0.components(separatedBy: " ") })
    #expect(described == verbs)
  }

  @Test func `the executor's page has the whole table of exit statuses`() throws {
    let page = try Self.page("ctx7-job-exec.1")
    let described = try Self.all(#"^\.It ([0-9]+)$"#, in: page)
    #expect(described == Set(ExitStatus.allCases.map { String($0.rawValue) }))
  }

  @Test func `every key of the configuration is in its page, and every key of the page is read`() throws {
    let read = try Self.all(
      #"\b(?:string|integer|number|bool|timestamp|choice|strings|choices|mapping|mappings|url|credential|texts|commandLine|interval)\(\s*"([a-z0-9_]+)""#,
      in: Self.sources(of: "Ctx7Config"))
    try #require(read.count > 40)
    let items = try Self.all(#"^\.It Ic (.*)$"#, in: Self.page("ctx7.yaml.5"))
    let described = Set(items.flatMap { $0.components(separatedBy: " , ") })
    // Read in a loop, by names that are put together.
    let intervals: Set = ["seconds", "minutes", "hours", "days"]
    #expect(read.union(intervals) == described)
  }

  @Test func `every environment variable is in a page, and every one of the pages is read`() throws {
    let name = #""((?:BG_JOBS|CTX7|CONTEXT7|WEAVIATE|AI|OPENAI)_[A-Z0-9_]+)""#
    let folders = [
      "Ctx7Alerts", "Ctx7Config", "Ctx7CLI", "Ctx7Documents", "Ctx7Executor", "Ctx7Jobs", "ctx7-job-exec",
    ]
    let read = try folders.reduce(into: Set<String>()) {
      $0.formUnion(try Self.all(name, in: Self.sources(of: $1)))
    }
    let pages = try ["ctx7.yaml.5", "ctx7-job-exec.1", "ctx7-api.8"].map(Self.page).joined()
    let described = try Self.all(#"\b((?:BG_JOBS|CTX7|CONTEXT7|WEAVIATE|AI|OPENAI)_[A-Z0-9_]+)"#, in: pages)
    // Those that end there are the beginnings of families.
    #expect(read.filter { !$0.hasSuffix("_") } == described.filter { !$0.hasSuffix("_") })
  }

  @Test func `every symptom that ctx7(7) explains is one that the test named beside it shows`() throws {
    let page = try Self.page("ctx7.7")
    let symptoms = page.matches(of: #/(?m)^\.\\" Shown by (\w+): (.+)\n\.It Li "(.+)"$/#)
    try #require(symptoms.count > 10)
    // None without a test.
    let section = try #require(page.firstMatch(of: #/(?s)\.Sh TROUBLESHOOTING\n(.*?)\n\.Sh /#)).1
    #expect(section.split(separator: "\n").count { $0.hasPrefix(".It ") } == symptoms.count)
    let tests = Project.root + "/Tests"
    let files = try #require(FileManager.default.enumerator(atPath: tests)).compactMap { $0 as? String }
    for symptom in symptoms {
      let (suite, test, message) = (symptom.1, symptom.2, symptom.3)
      let file = try #require(files.first { $0.hasSuffix("/\(suite).swift") }, "\(suite)")
      let text = try String(contentsOfFile: "\(tests)/\(file)", encoding: .utf8)
      let body = try #require(text.split(separator: "func `\(test)`").dropFirst().first, "\(test)")
      let ownBody = body.split(separator: "@Test").first ?? body
      #expect(ownBody.contains(message), "\(suite) does not expect '\(message)' in '\(test)'")
    }
  }

  @Test func `the pages are clean by mandoc's rules`() async throws {
    let folder = Project.root + "/man"
    let pages = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.last?.isNumber == true }.map { "\(folder)/\($0)" }
    try #require(pages.count >= 5)
    let lint = try await Program.run("mandoc", ["-Tlint", "-Wwarning"] + pages)
    #expect(lint.output == "")
    #expect(lint.status == 0)
  }
}

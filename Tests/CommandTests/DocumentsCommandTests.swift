import Ctx7Database
import Ctx7Documents
import Ctx7Model
import Foundation
import TestSupport
import Testing

/// `ctx7ctl documents`, as a user meets it.
@Suite struct DocumentsCommandTests {
  private func documents(_ bench: Workbench) async throws -> [JSONValue] {
    let list = try await bench.run("ctx7ctl", "documents", "list", "--json")
    return try JSONValue(parsing: list.output).array ?? []
  }

  @Test func `a library is told from a path, and needs nothing but its name`() async throws {
    try await Workbench.with { bench in
      let added = try await bench.run(
        "ctx7ctl", "documents", "add", "/vercel/next.js", "--query", "app router")
      #expect(added.status == 0)
      let document = try #require(try await documents(bench).first)
      #expect(document["source_url"]?.string == "context7:/vercel/next.js?query=app%20router")
      #expect(document["technology"]?.string == "next.js")
      #expect(document["workspace"]?.string == "next-js-docs")
      let again = try await bench.run(
        "ctx7ctl", "documents", "add", "context7:/vercel/next.js", "--query", "app router")
      #expect(again.output.hasPrefix("tracked already, updated:"), "\(again.error)")
      let twice = try await bench.run(
        "ctx7ctl", "documents", "add", "context7:/vercel/next.js?query=a", "--query", "b")
      #expect(twice.status == 64)
      #expect(twice.error.contains("it has a query already"))
      try write("# Widgets", to: bench.directory + "/a.md")
      let file = try await bench.run(
        "ctx7ctl", "documents", "add", bench.directory + "/a.md", "--query", "x", "--technology", "y")
      #expect(file.status == 64)
      #expect(file.error.contains("--query is for libraries of Context7"))
      let unnamed = try await bench.run("ctx7ctl", "documents", "add", bench.directory + "/a.md")
      #expect(unnamed.status == 64)
      #expect(unnamed.error.contains("hint: name it with --technology"))
      let empty = try await bench.run(
        "ctx7ctl", "documents", "add", bench.directory + "/a.md", "--technology", "", "--workspace", "w")
      #expect(empty.status == 64)
      #expect(empty.error.contains("hint: name it with --technology"))
    }
  }

  @Test func `what can hardly be meant is said when a document is added`() async throws {
    try await Workbench.with { bench in
      let slashless = try await bench.run("ctx7ctl", "documents", "add", "vercel/next.js")
      #expect(slashless.status == 64)
      #expect(slashless.error.contains("a library of Context7 is /vercel/next.js"), "\(slashless.error)")
      let path = bench.directory + "/later.md"
      let missing = try await bench.run("ctx7ctl", "documents", "add", "file://\(path)", "--technology", "y")
      #expect(missing.status == 0)
      #expect(missing.error.contains("warning: there is no \(path) yet"), "\(missing.error)")
    }
  }

  @Test func `a list and the reference's rows are imported, and every line that cannot be taken is named`()
    async throws
  {
    try await Workbench.with { bench in
      let file = bench.directory + "/import"
      try write(
        """
        \u{FEFF}/vercel/next.js
        # libraries
        https://example.org/guide.md widgets my-docs   # a comment
        https://example.org/c#/guide.md c# c-docs
        https://example.org/other.md gears my-docs
        nonsense
        {"content_id": "https://context7.com/facebook/react/llms.txt", "title": "React API", "technology": "react", "weaviate_workspace": "react.docs", "expires_at": "2030-01-02 03:04:05.678", "source_provider": "context7"}
        {"source_url": "https://github.com/x", "technology": "x", "source_provider": "github"}
        {broken
        """, to: file)
      let ended = try await bench.run("ctx7ctl", "documents", "import", file)
      #expect(ended.status == 65)
      #expect(ended.output == "4 documents tracked, 0 updated, 1 of other providers ignored\n")
      let taken =
        "error: workspace 'my-docs' belongs to technology 'widgets'; name another one behind the technology"
      #expect(ended.error.contains("\(file):5: \(taken)"))
      #expect(ended.error.contains("\(file):6: error: 'nonsense' cannot be a source"))
      #expect(ended.error.contains("\(file):9: error: it begins like JSON and is none"))
      #expect(try await documents(bench).contains { $0["technology"]?.string == "c#" })
      let react = try #require(try await documents(bench).first { $0["technology"]?.string == "react" })
      #expect(react["source_url"]?.string == "context7:/facebook/react")
      #expect(react["workspace"]?.string == "react-docs")
      #expect(react["doc_type"]?.string == "api")
      let store = try DocumentStore(path: bench.state + "/documents.sqlite", access: .readOnly)
      let stored = try store.documents().first { $0.technology == "react" }
      #expect(stored?.expiresAt.description == "2030-01-02T03:04:05.678Z")
      let again = try await bench.run("ctx7ctl", "documents", "import", file)
      #expect(again.output.hasPrefix("0 documents tracked, 4 updated"))
    }
  }

  /// Nothing is written: who is refused has not come to the state directory of this machine.
  @Test(.enabled(if: geteuid() == 0, "needs root, to add for the system's jobs"))
  func `a file that the system's units cannot see is refused, and one of a user is not`() async throws {
    try await Workbench.with { bench in
      let file = bench.directory + "/a.md"
      try write("# Widgets", to: file)
      let home = ["HOME": bench.directory]
      let add = ["documents", "add", file, "--technology", "widgets"]
      let refused = try await Program.run("ctx7ctl", add, environment: home)
      #expect(refused.status == 64)
      #expect(refused.error.contains("\(file) is hidden from the system's jobs (PrivateTmp=)"))
      #expect(refused.error.contains("hint: put it below /srv"))
      let named = try await bench.run("ctx7ctl", "documents", "add", file, "--technology", "widgets")
      #expect(named.status == 0)
      #expect(named.error.contains("warning: \(file) is hidden"))
      let user = try await Program.run("ctx7ctl", add + ["--user"], environment: home)
      #expect(user.status == 0)
      #expect(user.error == "")
    }
  }

  @Test func `one folder is one document, however it is written`() async throws {
    try await Workbench.with { bench in
      let folder = bench.directory + "/docs"
      try write("# Widgets", to: folder + "/a.md")
      for source in [folder, "file://\(folder)", "file://\(folder)/../docs/./"] {
        #expect(try await bench.track(source).status == 0)
      }
      #expect(try await documents(bench).map { $0["source_url"]?.string } == ["file://\(folder)"])
    }
  }

  @Test func `what is never fetched for where it is, is warned of`() async throws {
    try await Workbench.with { bench in
      for host in ["127.0.0.1", "localhost:8080", "[::1]:80", "10.1.2.3", "192.168.0.1"] {
        let added = try await bench.track("http://\(host)/llms.txt")
        #expect(added.status == 0)
        #expect(added.error.contains("not fetched without 'fetch: {allow_private_hosts: true}'"), "\(host)")
      }
      for host in ["example.org", "9.9.9.9", "10.example.org"] {
        #expect(try await bench.track("http://\(host)/llms.txt").error == "", "\(host)")
      }
      let list = try await bench.run("ctx7ctl", "documents", "list")
      for line in list.output.split(separator: "\n").dropFirst() {
        #expect(line.contains("  pending  -  "), "\(line)")
      }
      try write("fetch: {allow_private_hosts: true}\n", to: bench.config)
      #expect(try await bench.track("http://127.0.0.1/llms.txt").error == "")
    }
  }

  @Test func `a line of another encoding is named, and the others are taken`() async throws {
    try await Workbench.with { bench in
      let file = bench.directory + "/import"
      let latin1 = Data("/vercel/next.js\r\n# Stra".utf8) + [0xDF] + Data("e\n/facebook/react\n".utf8)
      try latin1.write(to: URL(fileURLWithPath: file))
      let ended = try await bench.run("ctx7ctl", "documents", "import", file)
      #expect(ended.status == 65)
      #expect(ended.output == "2 documents tracked, 0 updated\n")
      #expect(ended.error.hasPrefix("\(file):2: error: it is no UTF-8 text\n"))
    }
  }

  @Test func `what names no source is refused`() async throws {
    try await Workbench.with { bench in
      for source in ["", "/no/such/file.md", "no-such-folder/notes.txt"] {
        let refused = try await bench.run("ctx7ctl", "documents", "add", source, "--technology", "widgets")
        #expect(refused.status == 64, "\(source): \(refused.output)")
      }
      let folder = try await bench.run("ctx7ctl", "documents", "add", "/usr/no-such-folder")
      #expect(folder.status == 64)
      #expect(folder.error.contains("a library of that name is context7:/usr/no-such-folder"))
      let none = try await bench.run("ctx7ctl", "documents", "list")
      #expect(none.output.hasPrefix("no documents are tracked"))
      #expect(try await bench.run("ctx7ctl", "documents", "import", "/no/such/list").status == 74)
    }
  }

  @Test func `a document without content has no expiry, whatever it was given, and is fetched next`()
    async throws
  {
    try await Workbench.with(eager) { bench in
      let file = bench.directory + "/a.md"
      try write("# Widgets", to: file)
      let add = ["documents", "add", file, "--technology", "widgets", "--expires-in"]
      let none = try await Program.run("ctx7ctl", add + ["0h"], environment: bench.environment)
      #expect(none.status == 64)
      #expect(none.error.contains("'0h' is no time such as 90m, 12h or 7d"))
      let added = try await Program.run("ctx7ctl", add + ["12h"], environment: bench.environment)
      #expect(added.output.hasSuffix(", the next refresh fetches it\n"))
      let document = try #require(try await documents(bench).first)
      #expect(document["expires_at"] == .null)
      let id = try #require(document["content_id"]?.string)
      let shown = try await bench.run("ctx7ctl", "documents", "show", id)
      #expect(shown.output.split(separator: "\n").contains { $0.split(separator: " ") == ["expires", "-"] })
      let listed = try await bench.run("ctx7ctl", "documents", "list")
      #expect(listed.output.contains("  pending  -  "), "\(listed.output)")
      let due = try await bench.refresh("--dry-run")
      #expect(due.output.contains("  widgets-docs  -  "), "\(due.output)")
      _ = try await bench.refresh()
      let stored = try #require(try await documents(bench).first?["expires_at"]?.string)
      let moved = try await Program.run("ctx7ctl", add + ["12h"], environment: bench.environment)
      #expect(moved.output.contains(", expires "))
      #expect(try await documents(bench).first?["expires_at"]?.string != stored)
    }
  }

  @Test func `the time to live of what was gone before it was fetched is not promised`() async throws {
    try await Workbench.with(eager) { bench in
      let file = bench.directory + "/docs/a.md"
      try write("# Widgets", to: file)
      try write("# Gears", to: bench.directory + "/docs/b.md")
      _ = try await bench.track(file)
      let id = try #require(try await documents(bench).first?["content_id"]?.string)
      let pending = try await bench.run("ctx7ctl", "documents", "explain", id)
      #expect(pending.error.contains("hint: the next refresh fetches it; until then it counts as due"))
      try FileManager.default.removeItem(atPath: file)
      _ = try await bench.refresh()
      let gone = try await bench.run("ctx7ctl", "documents", "explain", id)
      #expect(
        gone.error.contains("hint: its source says that it is gone, and is asked again by each refresh"),
        "\(gone.error)")
    }
  }

  @Test func `workspaces are listed, words are found, and a time to live is explained`() async throws {
    try await Workbench.with(eager) { bench in
      try write("# Widgets 3.1.0\n\nHow to use \"gears\" in production.\n", to: bench.directory + "/a.md")
      _ = try await bench.run(
        "ctx7ctl", "documents", "add", bench.directory + "/a.md", "--technology", "react", "--title",
        "Widgets FAQ")
      let nothing = try await bench.run("ctx7ctl", "documents", "search", "gears")
      #expect(nothing.output == "nothing found\n")
      _ = try await bench.refresh()
      let workspaces = try JSONValue(
        parsing: try await bench.run("ctx7ctl", "documents", "workspaces", "--json").output)
      #expect(workspaces.array?.first?["workspace"]?.string == "react-docs")
      #expect(workspaces.array?.first?["documents"]?.integer == 1)
      #expect(workspaces.array?.first?["chunks"]?.integer == 1)
      let found = try await bench.run("ctx7ctl", "documents", "search", "gears", "production")
      #expect(found.output.contains("\"[gears]\" in [production]"))
      let operators = try await bench.run("ctx7ctl", "documents", "search", "gears NOT", "\"(")
      #expect(operators.status == 0)
      #expect(operators.output == "nothing found\n")
      let id = try #require(try await documents(bench).first?["content_id"]?.string)
      let explained = try JSONValue(
        parsing: try await bench.run("ctx7ctl", "documents", "explain", id, "--json").output)
      // 30 · 1.5 (react) · 1.5 (faq) · 1.5 (production) · 1.2 (version 3) · 0.7 (quality)
      #expect(explained["technology"]?.number == 1.5)
      #expect(explained["doc_type"]?.number == 1.5)
      #expect(explained["content"]?.number == 1.5)
      #expect(explained["version"]?.number == 1.2)
      #expect(explained["ttl_days"]?.integer == 85)
      let table = try await bench.run("ctx7ctl", "documents", "explain", id)
      #expect(table.output.contains("product       85.05"))
    }
  }

  @Test func `content is copied to Weaviate and shown from there`() async throws {
    let weaviate = FakeWeaviate()
    weaviate.options.key = "secret"
    try await LoopbackServer.with({ weaviate.answer($0) }) { server in
      try await Workbench.with(eager + "\nweaviate: {url: \"\(server.address)\"}\n") { bench in
        try write(longText("widgets"), to: bench.directory + "/a.md")
        _ = try await bench.track(bench.directory + "/a.md")
        _ = try await bench.refresh()
        let id = try #require(try await documents(bench).first?["content_id"]?.string)
        let before = try await bench.run("ctx7ctl", "documents", "show", id, "--text")
        let refused = try await bench.run(
          "ctx7ctl", "documents", "copy", "--from", "embedded", "--to", "weaviate")
        #expect(refused.status == 78)
        #expect(refused.error.contains("put a valid key into the credential weaviate-api-key"))
        // The key lies where the units take it from.
        try write("secret\n", to: bench.directory + "/credentials/weaviate-api-key")
        let copied = try await bench.run(
          "ctx7ctl", "documents", "copy", "--from", "embedded", "--to", "weaviate")
        #expect(copied.status == 0, "\(copied.error)")
        #expect(copied.output.hasPrefix("1 document with "))
        #expect(copied.error.contains("note: document_store is still embedded"))
        let after = try await bench.run("ctx7ctl", "documents", "show", id, "--text")
        #expect(after.output == before.output)
        weaviate.setStatus("INACTIVE", of: "widgets-docs")
        let loaded = try await bench.run("ctx7ctl", "documents", "show", id, "--text")
        #expect(loaded.output == before.output, "\(loaded.error)")
        #expect(weaviate.objects("widgets-docs").count > 3)
        let removed = try await bench.run("ctx7ctl", "documents", "remove", id)
        #expect(removed.status == 0)
        #expect(weaviate.objects("widgets-docs").isEmpty)
      }
    }
  }

  @Test func `health asks Weaviate, and says what is wrong with it`() async throws {
    let weaviate = FakeWeaviate()
    weaviate.createLegacyClass(tenants: [])
    try await LoopbackServer.with({ weaviate.answer($0) }) { server in
      try await Workbench.with("document_store: weaviate\nweaviate: {url: \"\(server.address)\"}\n") {
        bench in
        let ended = try await bench.run("ctx7-job-exec", "--job", "health-check", "--json")
        let checks = try JSONValue(parsing: ended.output)["execution"]?["result"]?["health_checks"]
        #expect(checks?["weaviate"]?["status"]?.string == "degraded")
        #expect(
          checks?["weaviate"]?["details"]?.string?.hasPrefix("Weaviate 1.39.0, 0 workspaces; document_id")
            == true)
        #expect(checks?["context7_service"]?["details"]?.string == "no library is tracked")
        let shown = try JSONValue(parsing: try await bench.run("ctx7ctl", "health", "--json").output)
        #expect(shown["services"]?["weaviate"]?["status"]?.string == "degraded")
        let table = try await bench.run("ctx7ctl", "health")
        for service in ["database", "weaviate", "context7_service", "workspaces"] {
          #expect(table.output.split(separator: "\n").contains { $0.hasPrefix(service) })
        }
        weaviate.options.key = "other"
        let refused = try await bench.run("ctx7-job-exec", "--job", "health-check", "--json")
        #expect(refused.status != 0)
        let unhealthy = try JSONValue(parsing: refused.output)["execution"]?["result"]?["overall_health"]
        #expect(unhealthy?.string == "unhealthy")
      }
    }
  }
}

import Ctx7CLI
import Ctx7Model
import TestSupport
import Testing

/// Tables on terminals of any width, and in files.
struct TableTests {
  private var table: Table {
    var table = Table("JOB", "STATUS", "ERROR")
    table.add(
      "weekly-refresh", "failed", "ConnectionError: https://docs.example.org/llms.txt: connection refused")
    table.add("tidy", "completed", "")
    return table
  }

  @Test func `in a file a table takes the room it needs`() {
    #expect(
      table.lines() == [
        "JOB             STATUS     ERROR",
        "weekly-refresh  failed     ConnectionError: https://docs.example.org/llms.txt: connection refused",
        "tidy            completed",
      ])
  }

  @Test(arguments: [100, 80, 60, 50, 40, 30])
  func `on a terminal no line is wider than it`(width: Int) {
    for line in table.lines(width: width) { #expect(line.count <= width) }
  }

  @Test func `the last column gives way first`() {
    #expect(table.lines(width: 60)[1] == "weekly-refresh  failed     ConnectionError: https://docs.ex…")
  }

  @Test func `states have colours, and the columns still stand`() {
    let lines = table.lines(isColoured: true)
    #expect(lines[1].hasPrefix("weekly-refresh  \u{1B}[31mfailed\u{1B}[0m     Conn"))
    #expect(lines[2] == "tidy            \u{1B}[32mcompleted\u{1B}[0m")
  }

  @Test func `text from outside cannot steer the terminal`() {
    var table = Table("JOB", "ERROR")
    table.add("x", "\u{1B}[2J\nboom")
    #expect(table.lines().count == 2)
    #expect(!table.lines()[1].contains("\u{1B}"))
  }

  @Test func `the text of a document is printed to a terminal without what would steer it`() async throws {
    try await Workbench.with(eager) { bench in
      let text = "# Widgets\n\n\u{1B}]52;c;cm0gLXJm\u{7}\ttext\u{9B}2J"
      try write(text, to: bench.directory + "/a.md")
      _ = try await bench.track(bench.directory + "/a.md")
      _ = try await bench.refresh()
      let list = try await bench.run("ctx7ctl", "documents", "list", "--json")
      let id = try #require(try JSONValue(parsing: list.output).array?.first?["content_id"]?.string)
      let file = try await bench.run("ctx7ctl", "documents", "show", id, "--text")
      #expect(file.output == text + "\n")
      let terminal = try await bench.run(
        "script", "--quiet", "--command", "\(Program.directory)/ctx7ctl documents show \(id) --text",
        "/dev/null")
      #expect(terminal.output == "# Widgets\r\n\r\n ]52;c;cm0gLXJm \ttext 2J\r\n")
    }
  }
}

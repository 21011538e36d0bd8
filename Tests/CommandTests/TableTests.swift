import Ctx7CLI
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
}

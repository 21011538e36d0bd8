import Ctx7Documents
import Testing

@Suite struct ChunkerTests {
  private func paragraph(_ characters: Int, _ word: String = "word") -> String {
    String(repeating: "\(word) ", count: characters / (word.count + 1))
  }

  @Test func `a short text is one chunk`() {
    #expect(Chunker().chunks(of: "# Title\n\nText.") == ["# Title\n\nText."])
  }

  @Test func `an empty text has no chunks`() {
    #expect(Chunker().chunks(of: "\n\n").isEmpty)
  }

  @Test func `a code fence is never split, whatever blank lines it holds`() {
    let fence = "```swift\n" + String(repeating: "let x = 1\n\n", count: 200) + "```"
    let chunks = Chunker().chunks(of: paragraph(900) + "\n\n" + fence + "\n\n" + paragraph(900))
    #expect(chunks.contains { $0.contains(fence) })
    for chunk in chunks { #expect(chunk.split(separator: "\n").count { $0.hasPrefix("```") } % 2 == 0) }
  }

  @Test func `no chunk exceeds the maximum, and a fence that must be cut stays a fence in every part`() {
    let fence = "~~~~sql\n" + String(repeating: "select * from widgets where id = 1;\n", count: 500) + "~~~~"
    let table = "| " + String(repeating: "cell | ", count: 3000)
    let chunks = Chunker().chunks(of: "# Big\n\n\(fence)\n\n\(table)\n\nend")
    #expect(chunks.allSatisfy { $0.count <= Chunker().maximum })
    let parts = chunks.filter { $0.contains("select") }
    #expect(parts.count > 3)
    for part in parts { #expect(part.split(separator: "\n").count { $0.hasPrefix("~~~~") } == 2) }
    #expect(chunks.joined().count { $0 == ";" } == 500)
  }

  @Test func `a heading stays with the text that follows it`() {
    let sections = (1...20).map { "## Section \($0)\n\n\(paragraph(400))" }.joined(separator: "\n\n")
    for chunk in Chunker().chunks(of: sections) {
      let last = chunk.split(separator: "\n").last ?? ""
      #expect(!last.hasPrefix("#"))
    }
  }

  @Test func `a chunk repeats whole lines of the one before, never part of a fence`() {
    let lines = (1...60).map { "line number \($0) of this text" }
    let chunks = Chunker().chunks(of: lines.joined(separator: "\n\n"))
    #expect(chunks.count > 1)
    for (previous, chunk) in zip(chunks, chunks.dropFirst()) {
      let first = chunk.split(separator: "\n").first ?? ""
      #expect(previous.split(separator: "\n").contains(first))
    }
    let text = chunks.joined(separator: "\n")
    for line in lines { #expect(text.contains(line)) }
  }

  @Test func `an unclosed fence goes on to the end and loses nothing`() {
    let text = "Text.\n\n```\n" + (1...400).map { "row \($0)" }.joined(separator: "\n")
    let chunks = Chunker().chunks(of: text)
    for row in [1, 200, 400] { #expect(chunks.contains { $0.split(separator: "\n").contains("row \(row)") }) }
  }

  @Test(arguments: ["a" + String(repeating: "\u{301}", count: 50_000), String(repeating: "👨‍👩‍👧‍👦", count: 3000)])
  func `no chunk is longer than the maximum, however long its graphemes are`(text: String) {
    let chunks = Chunker().chunks(of: "# T\n\n" + text)
    #expect(chunks.allSatisfy { $0.unicodeScalars.count <= Chunker().maximum })
    #expect(chunks.reduce(0) { $0 + $1.unicodeScalars.count } >= text.unicodeScalars.count)
  }

  @Test(arguments: [String(repeating: "i", count: 5000), String(repeating: "`", count: 5000)])
  func `what a fence begins with is not repeated until it fills the memory`(info: String) {
    let text = "```\(info)\n" + String(repeating: "a\n", count: 2000)
    let chunks = Chunker().chunks(of: text)
    #expect(chunks.allSatisfy { $0.unicodeScalars.count <= Chunker().maximum })
    #expect(chunks.reduce(0) { $0 + $1.utf8.count } < 2 * text.utf8.count)
  }
}

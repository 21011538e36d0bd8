import Ctx7Model
import TestSupport
import Testing

/// A document as large as any may be.
@Suite struct LargeDocumentTests {
  /// In MiB; a bigger one takes its time in a program that is not optimised.
  private static let size = Effort.cases(1, prove: 15)

  @Test(arguments: [false, true])
  func `a large document takes a few times its size of memory, whatever its layout`(isContext7: Bool)
    async throws
  {
    let section = { (number: Int) in
      isContext7
        ? "### Part \(number)\n\nSource: https://example.org/\(number)\n\nWhat it is for.\n\n```\nuse(\(number))\n```\n\n"
          + String(repeating: "-", count: 32) + "\n\n"
        : "## Part \(number)\n\nWhat it is for, in one line.\n\n```\nuse(\(number))\n```\n\n"
    }
    var text = ""
    var number = 0
    while text.utf8.count < Self.size << 20 {
      text += section(number)
      number += 1
    }
    try await Workbench.with(eager) { [text] bench in
      try write(text, to: bench.directory + "/large.md")
      _ = try await bench.track(bench.directory + "/large.md")
      let ended = try await bench.refresh("--json")
      try #require(ended.status == 0, "\(ended.error.suffix(2000))")
      let execution = try #require(try JSONValue(parsing: ended.output)["execution"])
      #expect(execution["records_processed"]?.integer == 1)
      // The program itself takes 50 MB.
      #expect(try #require(execution["memory_usage_mb"]?.number) < Double(50 + 7 * Self.size))
    }
  }
}

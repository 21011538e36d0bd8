import Ctx7Config
import Ctx7Model
import Testing

/// Files that would crash or hang a YAML parser, or that it would read as something else.
@Suite struct HostileFileTests {
  private func refusal(_ bytes: [UInt8]) -> String? {
    let loaded = load(bytes: bytes)
    #expect(loaded.configuration == nil)
    return loaded.lines.first
  }

  private let advice = "close what is open, or put text with brackets into quotes"

  @Test func `deep nesting is refused before the parser recurses`() {
    let brackets = refusal(Array(("a: " + String(repeating: "[", count: 100_000)).utf8))
    #expect(brackets == "ctx7.yaml:1:68: error: nested deeper than 64 levels; \(advice)")
    let dashes = refusal(Array((String(repeating: "- ", count: 100_000)).utf8))
    #expect(dashes?.hasSuffix("error: nested deeper than 64 levels; \(advice)") == true)
    let indented = (0..<900).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    #expect(
      refusal(Array(indented.utf8))?.hasSuffix("error: nested deeper than 64 levels; \(advice)") == true)
  }

  @Test(arguments: [#""\" [ { ""#, "'it''s [ {'", "x # it's \"so\" [ {"])
  func `a bracket in quotes or in a comment opens nothing`(text: String) {
    let jobs = (1...100).map {
      "  - {job_id: j\($0), job_type: maintenance, schedule: {hours: 1}}\n  # \(text)\n"
    }
    #expect(load("jobs:\n" + jobs.joined()).lines == [])
    let described = (1...100).map {
      "  - job_id: j\($0)\n    job_type: maintenance\n    schedule: {hours: 1}\n    description: \(text)\n"
    }
    #expect(load("jobs:\n" + described.joined()).lines == [])
  }

  @Test(arguments: ["a: [foo\n 'bar, ", "a: foo\n  'b\nc: ", "a: [b - 'c, ", "a: |\n  '\nb: "])
  func `a quote that opens nothing hides no nesting`(start: String) {
    #expect(
      refusal(Array((start + String(repeating: "[", count: 100_000)).utf8))?.contains("error: ") == true)
  }

  @Test func `a bomb of aliases is refused`() {
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<12 {
      bomb +=
        "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
        + "]\n"
    }
    #expect(refusal(Array(bomb.utf8))?.hasSuffix("error: more than 32 aliases; write the values out") == true)
  }

  @Test func `what a shell writes with & and * is no alias`() {
    let commands = (1...40).map {
      """
        - job_id: tidy-\($0)
          job_type: command
          schedule: {hours: 1}
          parameters: {argv: [/bin/sh, -c, cd /var/log/app && rm -f *.gz & ls *b &x]}
      """
    }
    #expect(load("jobs:\n" + commands.joined(separator: "\n")).lines == [])
  }

  @Test func `a NUL byte and invalid UTF-8 are named with their place`() {
    #expect(refusal(Array("a: 1\nb: \u{0}".utf8)) == "ctx7.yaml:2:4: error: a NUL byte: this is no text file")
    #expect(
      refusal(Array("ä: 1\nb: ".utf8) + [0xC3, 0x28])
        == "ctx7.yaml:2:4: error: the text is not valid UTF-8; save the file as UTF-8")
    #expect(refusal([0xFF, 0xFE, 0x61, 0x00])?.contains("error:") == true)
  }

  @Test func `a key that is given twice is an error`() {
    let loaded = load("enabled: true\nenabled: false\n")
    #expect(loaded.configuration == nil)
    #expect(
      loaded.diagnostics.first?.message
        == "the key 'enabled' is given twice in this mapping; remove one of them")
    #expect(loaded.diagnostics.first?.position?.line == 2)
    let nested = load("jobs:\n  - job_id: a\n    alerts:\n      job_id: x\n    'job_id': b\n")
    #expect(nested.diagnostics.first?.position?.description == "ctx7.yaml:5:5")
  }

  @Test(arguments: [("jobs:\n\t- job_id: a\n", "2:1"), ("a:\n  b:\n  \tc: 1\n", "3:3")])
  func `a tab that indents is called by its name`(yaml: String, place: String) {
    #expect(load(yaml).lines == ["ctx7.yaml:\(place): error: a tab; YAML indents by spaces alone"])
  }

  @Test func `a file above one MiB is refused`() {
    #expect(
      refusal(Array(repeating: UInt8(ascii: "#"), count: (1 << 20) + 1))
        == "ctx7.yaml:1:1: error: the file is larger than 1 MiB; split it into several under jobs.d")
  }

  @Test func `a second document is an error rather than lost`() {
    #expect(
      load("enabled: true\n---\nenabled: false\n").lines.first?.contains("a second YAML document") == true)
  }

  @Test(arguments: [
    "", "\n\n", "# only a comment\n", "---\n", "\u{FEFF}enabled: true\n", "enabled: true\r\n# x\r\n",
    "enabled: true",
  ])
  func `empty files, comments, byte order marks and CRLF are fine`(yaml: String) {
    let loaded = load(yaml)
    #expect(loaded.lines == [])
    #expect(loaded.configuration?.jobs.count == 4)
  }

  @Test(arguments: [
    "a: [", "a: 'x", "\t- a", "a: b: c", "{", "%", "a: &x", "a: *x", "!!binary x", "? a", "a:\n\t- b", ": :",
    "- -",
  ])
  func `broken YAML is one error with a place`(yaml: String) {
    let loaded = load(yaml)
    #expect(loaded.configuration == nil)
    #expect(loaded.diagnostics.first?.position?.file == "ctx7.yaml")
  }

  @Test func `10 000 jobs load, one more does not`() {
    func jobs(_ range: Range<Int>) -> String {
      "jobs:\n"
        + range.map { "- {job_id: j\($0), job_type: maintenance, schedule: {hours: 1}}\n" }.joined()
    }
    let parts = [jobs(0..<5000), jobs(5000..<10_000)]
    let full = load(nil, jobs: parts)
    #expect(full.lines == [])
    #expect(full.configuration?.jobs.count == 10_000)
    let over = load(nil, jobs: parts + [jobs(10_000..<10_001)])
    #expect(over.configuration == nil)
    #expect(over.lines.count == 1)
    #expect(over.lines.first?.hasSuffix("error: more than 10000 jobs") == true)
  }

  /// Whatever happens to a file, loading it ends with a configuration or with errors, never both or neither.
  @Test func `mutated files never crash the loader`() {
    var random = SplitMix(state: 7)
    let seeds = ExampleConfig.allCases.map { Array($0.text.utf8) }
    let spice = Array("[]{}:-?&*!|>'\"%@`,#\n\t \u{0}0aé".utf8)
    for _ in 0..<1500 {
      var bytes = seeds[Int(random.next() % UInt64(seeds.count))]
      for _ in 0..<(1 + random.next() % 8) {
        let index = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 4 {
        case 0: bytes.remove(at: index)
        case 1: bytes.insert(spice[Int(random.next() % UInt64(spice.count))], at: index)
        case 2: bytes[index] = UInt8(truncatingIfNeeded: random.next())
        default: bytes.replaceSubrange(index..<min(bytes.count, index + 20), with: bytes.prefix(10))
        }
      }
      let loaded = load(bytes: bytes)
      let hasErrors = loaded.diagnostics.contains { $0.severity == .error }
      #expect((loaded.configuration == nil) == hasErrors)
    }
  }
}

/// Vigna's generator: the same sequence on every run.
private struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

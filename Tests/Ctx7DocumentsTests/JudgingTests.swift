import Ctx7Documents
import Ctx7Model
import Testing

@Suite struct JudgingTests {
  @Test(arguments: [
    ("React API", DocumentType.api), ("Rapid prototyping", .documentation), ("PostgreSQL", .documentation),
    ("Exchanges", .documentation), ("Conversion", .documentation), ("Capital letters", .documentation),
    ("Style Guide", .guide), ("API Reference", .reference), ("First Tutorial", .tutorial),
    ("Getting Started", .gettingStarted), ("Quickstart", .gettingStarted),
    ("Getting started guide", .gettingStarted),
    ("Installation", .installation), ("Config files", .configuration), ("Debugging", .troubleshooting),
    ("Changelog", .changelog), ("Upgrading to 5", .migration), ("Cookbook", .cookbook),
    ("Examples", .examples),
    ("FAQ", .faq), ("Best practices", .bestPractices), ("Blog", .blog),
    ("Announcement of 2.0", .announcement),
    ("News", .news), ("Release notes", .releaseNotes), ("", .documentation),
  ])
  func `the kind of document is told by the words of its title`(title: String, type: DocumentType) {
    #expect(DocumentType(title: title) == type)
  }

  @Test(arguments: [
    ("Version: v2.3.4 is out", "2.3.4"), ("use v18.2.0 now", "18.2.0"), ("version 18", "18"),
    ("Version 3.2.", "3.2"),
    ("npm i react@18.3.1", "18.3.1"), ("needs 4.0.0-rc.1", "4.0.0-rc.1"), ("go to v5", "5"),
    ("open 127.0.0.1 now", nil), ("price 3.5", nil), ("in 2026", nil), ("nothing", nil), ("mail a@b.c", nil),
  ])
  func `the version is the first that is written as one`(text: String, version: String?) {
    #expect(VersionNumber(firstIn: text)?.description == version)
  }

  @Test func `quality is the sum of five parts`() {
    let words = "installation setup configuration example usage api reference"
    let headings = (1...10).map { "# Heading \($0)" }.joined(separator: "\n")
    let links = String(repeating: "[a](b) ", count: 10)
    let code = String(repeating: "```\ncode\n```\n", count: 5)
    let text = [words, headings, links, code, String(repeating: "x", count: 5000)].joined(separator: "\n")
    #expect(QualityScore(of: text).value == 1)
    #expect(QualityScore(of: "").value == 0)
    #expect(QualityScore(of: String(repeating: "x", count: 501)).value == 0.1)
    #expect(QualityScore(of: "```\na\n```").value == 0.1)
    #expect(QualityScore(of: "# a\n# b\n# c\n").value == 0.1)
    #expect(QualityScore(of: "[a](b) [c](d)").value == 0.1)
    #expect(QualityScore(of: "setup, usage; guide").value == 0.1)
  }

  @Test(.timeLimit(.minutes(1)))
  func `a version is found in time behind a text whose words only wide spaces part`() {
    let text = String(repeating: "word\u{A0}\u{3000}", count: 60_000) + "version\u{A0}4.1"
    #expect(VersionNumber(firstIn: text)?.description == "4.1")
  }

  private func subject(
    _ technology: String = "widgets", _ type: DocumentType = .documentation,
    text: String = String(repeating: "z", count: 2000),
    version: String? = nil, quality: Double = 0.8
  ) -> TTLPolicy.Subject {
    TTLPolicy.Subject(
      technology: technology, type: type, text: text, version: version.flatMap { VersionNumber($0) },
      quality: quality)
  }

  @Test(arguments: [
    ("react", DocumentType.api, 90), ("react", .guide, 67), ("widgets", .documentation, 30),
    ("bootstrap", .news, 7),
    ("next.js", .changelog, 30), ("Vite", .tutorial, 43), ("widgets", .troubleshooting, 54),
    ("jest", .faq, 54),
  ])
  func `time to live is one product, truncated once, within bounds`(
    technology: String, type: DocumentType, days: Int
  ) {
    #expect(TTLPolicy().explain(subject(technology, type)).days == days)
  }

  @Test(arguments: [
    ("this is old", 0.5), ("a folder, in bold, on hold", 1), ("defaults and results", 1),
    ("the LTS line", 1.5),
    ("in beta", 0.7), ("alphabet", 1), ("a complete list", 1.2), ("deprecated but stable", 0.5),
  ])
  func `words in the text count as words`(words: String, factor: Double) {
    let text = words + " " + String(repeating: "z ", count: 800)
    #expect(TTLPolicy().explain(subject(text: text)).content == factor)
  }

  @Test(arguments: [
    (nil, 1.0), ("v1", 1.1), ("1.0", 1.1), ("12", 1.2), ("21.0.3", 1.2), ("2.5", 1), ("0.9.1", 0.8),
    ("3.0.0-rc.1", 0.6),
  ])
  func `the version decides by its numbers`(version: String?, factor: Double) {
    #expect(TTLPolicy().explain(subject(version: version)).version == factor)
  }

  @Test func `bounds hold and quality counts`() {
    #expect(TTLPolicy().explain(subject(quality: 0.95)).days == 36)
    #expect(TTLPolicy().explain(subject(quality: 0.2)).days == 21)
    var policy = TTLPolicy()
    policy.settings.defaultDays = 0
    #expect(policy.explain(subject()).days == 1)
    policy.settings.defaultDays = 1000
    #expect(policy.explain(subject()).days == 90)
  }

  @Test(arguments: [
    ("next.js", "next-js-docs"), (".net", "net-docs"), ("C++", "c---docs"),
    ("Spring Boot", "spring-boot-docs"), ("_x", "_x-docs"),
    ("***", nil), ("", nil), (String(repeating: "a", count: 70), nil),
  ])
  func `a workspace is named so that both stores take the name`(technology: String, workspace: String?) {
    #expect(WorkspaceName(technology: technology)?.rawValue == workspace)
  }

  @Test(arguments: [
    "ftp://example.org/x", "example.org", "https://", "https://user:secret@example.org/", "file://host/x",
    "javascript:alert(1)", "", "https://example.org:0/", "https://example.org:65536/",
    "context7://acme/widgets/v15", "context7:/acme/widgets?topic=use", "context7:/acme/widgets?query=",
    "context7:/acme/widgets?query=\(String(repeating: "a", count: 501))", "context7:/acme/widgets#use",
  ])
  func `only absolute web and file addresses without credentials are sources`(text: String) {
    #expect(throws: SourceLocation.Invalid.self) { try SourceLocation(text) }
  }

  @Test(arguments: [
    "https://user:secret@example.org/", "ftp://user:secret@example.org/", "https://user:sec/ret@example.org/",
    "https://user:sec?ret@example.org/", "https://user:sec ret@example.org/", "//user:secret@example.org",
  ])
  func `what is refused as a source is named without its credentials`(text: String) throws {
    let error = try #require(throws: SourceLocation.Invalid.self) { try SourceLocation(text) }
    #expect(!error.description.contains("sec"))
    #expect(error.description.contains("//…@example.org"))
  }

  @Test(arguments: [
    ("HTTPS://Example.ORG:8443/Docs?Q=A#part", "https://example.org:8443/Docs?Q=A"),
    ("http://[2001:DB8::A]/", "http://[2001:db8::a]/"),
    ("https://example.org?q#part", "https://example.org/?q"),
    ("https://example.org", "https://example.org/"),
    ("https://example.org:443/a:80", "https://example.org/a:80"),
    ("http://[::1]:80", "http://[::1]/"),
    ("http://example.org:443/", "http://example.org:443/"),
    ("https://example.org:/a", "https://example.org/a"),
    ("https://bücher.example/a b", "https://xn--bcher-kva.example/a%20b"),
    ("https://example.org/\n\u{1B}[31m", "https://example.org/%0A%1B%5B31m"),
    ("context7:/acme/widgets?query=a%20b", "context7:/acme/widgets?query=a%20b"),
  ])
  func `an address is kept as it is fetched`(written: String, fetched: String) throws {
    #expect(try SourceLocation(written).description == fetched)
    #expect(try SourceLocation(written) == SourceLocation(fetched))
  }
}

import Ctx7Documents
import Testing

@Suite struct NormalisingTests {
  static let current = """
    ### Install

    Source: https://example.org/install.md

    How to install it.

    ```shell
    npm install widgets
    ```

    --------------------------------

    ### Guide > Concepts

    Source: https://example.org/concepts.md

    A widget is a thing.

    --------------------------------

    === COMPLETE CONTENT === This response contains all available snippets from this library. No additional content exists. Do not make further requests.

    """

  static let legacy = """
    ========================
    CODE SNIPPETS
    ========================
    TITLE: Install widgets (Shell)
    DESCRIPTION: How to get it.

    SOURCE: https://example.org/install.md

    LANGUAGE: Shell
    CODE:
    ```
    npm install widgets
    ```

    ----------------------------------------

    TITLE: Use it
    DESCRIPTION: Two languages.
    SOURCE: https://example.org/use.md

    LANGUAGE: JavaScript
    CODE:
    ```
    use()
    ```
    LANGUAGE: Python
    CODE:
    ```
    use()
    ```

    """

  @Test func `the current layout is read, and the instruction to language models is stripped`() throws {
    let document = try NormalisedDocument(Self.current)
    let snippets = Array(Snippets(Self.current))
    #expect(snippets.map(\.title) == ["Install", "Guide > Concepts"])
    #expect(snippets[0].code == ["```shell\nnpm install widgets\n```"])
    #expect(snippets[1].description == "A widget is a thing.")
    #expect(!document.text.contains("COMPLETE CONTENT"))
  }

  @Test func `the legacy layout is read, languages in lower case`() throws {
    let snippets = Array(Snippets(Self.legacy))
    #expect(snippets.map(\.title) == ["Install widgets (Shell)", "Use it"])
    #expect(snippets[0].description == "How to get it.")
    #expect(snippets[0].code == ["```shell\nnpm install widgets\n```"])
    #expect(snippets[1].code == ["```javascript\nuse()\n```", "```python\nuse()\n```"])
    #expect(snippets[1].source == "https://example.org/use.md")
  }

  @Test func `snippets in another order, with other titles and descriptions, are no change`() throws {
    let parts = Self.current.components(separatedBy: "\n--------------------------------\n")
    let reordered = [
      parts[1].trimmed,
      parts[0].replacing("### Install", with: "### Installation").replacing(
        "How to install it.", with: "Install so."),
      parts[2],
    ].joined(separator: "\n\n--------------------------------\n\n")
    #expect(try NormalisedDocument(reordered).contentHash == NormalisedDocument(Self.current).contentHash)
  }

  @Test(arguments: [
    ("npm install widgets", "npm add widgets"), ("A widget is a thing.", "A widget is a tool."),
  ])
  func `other code, or other text where there is no code, is a change`(old: String, new: String) throws {
    let changed = Self.current.replacing(old, with: new)
    #expect(try NormalisedDocument(changed).contentHash != NormalisedDocument(Self.current).contentHash)
  }

  @Test func `a line of dashes inside a fence separates nothing`() throws {
    let text = """
      ### Rules

      Source: https://example.org/rules.md

      ```markdown
      above

      --------------------------------

      ### Not a snippet
      ```

      --------------------------------

      ### Next

      Source: https://example.org/next.md

      Text.
      """
    #expect(Snippets(text).map(\.title) == ["Rules", "Next"])
  }

  @Test func `a line of dashes that no snippet follows is part of the text`() throws {
    let text = """
      ### Rules

      Source: https://example.org/rules.md

      above

      --------------------------------

      below
      """
    #expect(
      Snippets(text).map(\.description) == [
        "above\n\n--------------------------------\n\nbelow"
      ])
  }

  @Test func `ordinary Markdown is kept as it is`() throws {
    let text = "# Widgets\n\n### A heading\n\nSome text.\n"
    let document = try NormalisedDocument(text)
    #expect(Array(Snippets(text)).isEmpty)
    #expect(document.text == text)
    #expect(try NormalisedDocument(text.replacing("\n", with: "\r\n")).contentHash == document.contentHash)
  }

  @Test func `the hash of a text is the same in every process`() throws {
    // printf text | sha256sum
    let hash = "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1"
    #expect(try NormalisedDocument("text").contentHash == hash)
  }

  @Test(arguments: ["", " \n\t\n", "No content available", "No context data available\n"])
  func `nothing is never content`(text: String) {
    #expect(throws: SourceError.Reason.self) { try NormalisedDocument(text) }
  }
}

extension String {
  fileprivate func components(separatedBy separator: String) -> [String] {
    split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }

  fileprivate var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  @Test func `the name of a language is not repeated until it fills the memory`() throws {
    let text =
      "TITLE: Widgets\nSOURCE: x\n\nLANGUAGE: \(String(repeating: "l", count: 50_000))\nCODE:\n"
      + String(repeating: "```\na\n```\n", count: 1000)
    #expect(try NormalisedDocument(text).text.utf8.count < 2 * text.utf8.count)
  }
}

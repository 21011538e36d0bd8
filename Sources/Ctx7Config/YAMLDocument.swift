internal import Yams

/// One YAML document with the positions of its nodes.
struct YAMLDocument {
  let file: String
  let root: Node?

  /// Parses a file; nil, with an error reported, when it is not one YAML document.
  init?(_ file: ConfigFile, _ diagnostics: Diagnostics) {
    guard let text = YAMLText(file, diagnostics)?.text else { return nil }
    self.file = file.path
    do {
      // What a plain scalar means is up to the key that it stands for; Yams would match it with ten regular expressions.
      let parser = try Parser(yaml: text, resolver: .basic)
      root = try parser.nextRoot()
      if let second = try parser.nextRoot() {
        diagnostics.error(
          MappingReader.position(of: second, file.path),
          "a second YAML document; one file holds one document, further jobs go into files under jobs.d")
        return nil
      }
    } catch {
      let (mark, message) = Self.explain(error)
      var position = SourcePosition(
        file: file.path, line: max(1, mark?.line ?? 1), column: max(1, mark?.column ?? 1))
      if case .duplicatedKeysInMapping(let keys, _) = error as? YamlError, let key = keys.first,
        let second = Self.second(key, after: position, in: text)
      {
        position = second
      } else if let column = Self.indentingTab(text, line: position.line) {
        position.column = column
        diagnostics.error(position, "a tab; YAML indents by spaces alone")
        return nil
      } else if let unquoted = UnquotedValue(in: text, line: position.line, upTo: position.column) {
        position.column = unquoted.column
        diagnostics.error(position, unquoted.advice)
        return nil
      }
      diagnostics.error(position, message)
      return nil
    }
  }

  /// The column of a tab in the indentation of a line.
  private static func indentingTab(_ text: String, line: Int) -> Int? {
    let lines = text.split(separator: "\n", maxSplits: line, omittingEmptySubsequences: false)
    guard lines.count >= line else { return nil }
    let indentation = lines[line - 1].prefix { $0 == " " || $0 == "\t" }
    return indentation.firstIndex(of: "\t").map {
      indentation.distance(from: indentation.startIndex, to: $0) + 1
    }
  }

  /// Where a key of a block mapping is given again: the parser tells only where it stands first.
  private static func second(_ key: String, after first: SourcePosition, in text: String) -> SourcePosition? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated().dropFirst(first.line) {
      guard line.prefix(while: { $0 == " " }).count == first.column - 1 else { continue }
      let words = line.dropFirst(first.column - 1)
      let isKey = [key, "'\(key)'", "\"\(key)\""].contains { name in
        words.hasPrefix(name) && words.dropFirst(name.count).first { $0 != " " } == ":"
      }
      if isKey { return SourcePosition(file: first.file, line: index + 1, column: first.column) }
    }
    return nil
  }

  private static func explain(_ error: any Error) -> (Mark?, String) {
    switch error {
    case YamlError.scanner(let context, let problem, let mark, _),
      YamlError.parser(let context, let problem, let mark, _),
      YamlError.composer(let context, let problem, let mark, _):
      (mark, [context?.text, problem].compactMap { $0 }.joined(separator: ": "))
    case YamlError.duplicatedKeysInMapping(let duplicates, let context):
      (
        context.mark,
        "the key '\(duplicates.first ?? "?")' is given twice in this mapping; remove one of them"
      )
    case YamlError.reader(let problem, _, _, _): (nil, problem)
    default: (nil, String(describing: error))
    }
  }
}

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
      diagnostics.error(
        SourcePosition(file: file.path, line: max(1, mark?.line ?? 1), column: max(1, mark?.column ?? 1)),
        message)
      return nil
    }
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

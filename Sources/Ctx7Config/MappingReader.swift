internal import Ctx7Model
internal import Yams

/// Reads the keys of one mapping, each as the type that is asked for, and knows at the end which nobody asked for.
///
/// A wrong value is reported and read as nil, so that reading goes on.
final class MappingReader {
  let position: SourcePosition
  let diagnostics: Diagnostics
  private let file: String
  private let values: [String: (key: SourcePosition, value: Node)]
  private var known: [String] = []

  /// Creates a reader; nil, with an error reported, when the node is no mapping.
  ///
  /// - Parameter advice: what the error ends with.
  init?(
    _ node: Node, what: String, file: String, _ diagnostics: Diagnostics,
    advice: (Node) -> String = { _ in "" }
  ) {
    self.file = file
    self.diagnostics = diagnostics
    position = Self.position(of: node, file)
    guard case .mapping(let mapping) = node else {
      diagnostics.error(position, "\(what) is a mapping of keys to values" + advice(node))
      return nil
    }
    var values: [String: (key: SourcePosition, value: Node)] = [:]
    for (key, value) in mapping {
      guard let name = key.scalar?.string else {
        diagnostics.error(Self.position(of: key, file), "a key is a plain word")
        continue
      }
      values[name] = (Self.position(of: key, file), value)
    }
    self.values = values
  }

  static func position(of node: Node, _ file: String) -> SourcePosition {
    SourcePosition(file: file, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }

  /// Where a key's value stands; the mapping's place when it is not given.
  func position(of key: String) -> SourcePosition {
    values[key].map { Self.position(of: $0.value, file) } ?? position
  }

  /// Where a key itself stands; the mapping's place when it is not given.
  func keyPosition(of key: String) -> SourcePosition { values[key]?.key ?? position }

  /// Counts a key as known whose value is not to be read.
  func accept(_ key: String) { known.append(key) }

  /// The keys that are given, for mappings whose keys are the user's own.
  var keys: [String] { values.keys.sorted() }

  func has(_ key: String) -> Bool { values[key] != nil }

  /// From where the value stands to where its text begins, for positions inside it; nil for what is below its key.
  func textOffset(of key: String) -> Int? {
    switch values[key]?.value.scalar?.style {
    case .singleQuoted, .doubleQuoted: 1
    case .literal, .folded: nil
    default: 0
    }
  }

  func string(_ key: String) -> String? {
    guard let scalar = scalar(key, "text") else { return nil }
    return scalar.string
  }

  func integer(_ key: String, _ range: ClosedRange<Int>) -> Int? {
    value(key, "a whole number") { text throws(ScalarText.Refusal) in try text.integer(range) }
  }

  func number(_ key: String, _ allowed: ScalarText.Numbers) -> Double? {
    value(key, "a number") { text throws(ScalarText.Refusal) in try text.number(allowed) }
  }

  /// The base of a service's URLs.
  func url(_ key: String) -> String? {
    value(key, "text") { text throws(ScalarText.Refusal) in try text.base() }
  }

  private func value<Value>(
    _ key: String, _ what: String, _ read: (ScalarText) throws(ScalarText.Refusal) -> Value
  ) -> Value? {
    guard let scalar = scalar(key, what) else { return nil }
    do {
      return try read(ScalarText(scalar.string))
    } catch {
      diagnostics.error(position(of: key), "\(key): \(error)")
      return nil
    }
  }

  func bool(_ key: String) -> Bool? {
    guard let scalar = scalar(key, "true or false") else { return nil }
    switch scalar.string.lowercased() {
    case "true": return true
    case "false": return false
    default:
      diagnostics.error(position(of: key), "\(key): '\(scalar.string)' is neither true nor false")
      return nil
    }
  }

  func timestamp(_ key: String) -> Timestamp? {
    guard let scalar = scalar(key, "a time") else { return nil }
    guard let timestamp = Timestamp(rfc3339: scalar.string) else {
      diagnostics.error(
        position(of: key),
        "\(key): '\(scalar.string)' is no time with a zone; write it like 2027-01-31T02:00:00Z or 2027-01-31T02:00:00+01:00"
      )
      return nil
    }
    guard Timestamp.calendar.contains(timestamp) else {
      diagnostics.error(
        position(of: key),
        "\(key): '\(scalar.string)' is out of range: systemd's calendar is that of 1970 to 2199")
      return nil
    }
    return timestamp
  }

  func choice<Value: RawRepresentable & CaseIterable>(_ key: String, _ type: Value.Type) -> Value?
  where Value.RawValue == String {
    guard let scalar = scalar(key, "a word") else { return nil }
    guard let value = Value(rawValue: scalar.string) else {
      diagnostics.error(
        position(of: key), "\(key): \(Self.refusal(scalar.string, among: Value.allCases.map(\.rawValue)))")
      return nil
    }
    return value
  }

  /// A list of texts that are not empty: names, paths.
  func strings(_ key: String) -> [String]? {
    elements(key)?.compactMap { text, position in
      if text.isEmpty { diagnostics.error(position, "\(key): an element is empty") }
      return text.isEmpty ? nil : text
    }
  }

  /// A program and its arguments; an argument may be empty.
  func commandLine(_ key: String) -> [String]? {
    let words = elements(key)
    if let (program, position) = words?.first, program.isEmpty {
      diagnostics.error(position, "\(key): the first element is the program")
    }
    return words?.map(\.text)
  }

  private func elements(_ key: String) -> [(text: String, position: SourcePosition)]? {
    list(key)?.compactMap { node in
      let position = Self.position(of: node, file)
      guard let scalar = node.scalar else {
        diagnostics.error(position, "\(key): every element is text")
        return nil
      }
      guard !Self.isNull(scalar) else {
        let advice = scalar.string.isEmpty ? "" : "; put '\(scalar.string)' in quotes if it is meant as text"
        diagnostics.error(position, "\(key): an element has no value\(advice)")
        return nil
      }
      return (scalar.string, position)
    }
  }

  func choices<Value: RawRepresentable>(_ key: String, among values: [Value]) -> [Value]?
  where Value.RawValue == String {
    list(key)?.compactMap { node in
      let text = node.scalar?.string ?? ""
      guard let value = values.first(where: { $0.rawValue == text }) else {
        diagnostics.error(
          Self.position(of: node, file), "\(key): \(Self.refusal(text, among: values.map(\.rawValue)))")
        return nil
      }
      return value
    }
  }

  /// - Parameter advice: what the error ends with when there is another thing than a mapping.
  func mapping(_ key: String, advice: (Node) -> String = { _ in "" }) -> MappingReader? {
    known.append(key)
    guard let value = given(key) else { return nil }
    return MappingReader(value, what: key, file: file, diagnostics, advice: advice)
  }

  /// A mapping of any names to texts.
  func texts(_ key: String) -> [String: String]? {
    guard let mapping = mapping(key) else { return nil }
    var texts: [String: String] = [:]
    for name in mapping.values.keys { texts[name] = mapping.string(name) }
    return texts
  }

  func mappings(_ key: String) -> [MappingReader]? {
    list(key)?.compactMap { MappingReader($0, what: "an element of \(key)", file: file, diagnostics) }
  }

  /// Reports the keys that nobody asked for, each with the nearest one that there is.
  func finish() {
    for (name, entry) in values where !known.contains(name) {
      guard name != "<<" else {
        diagnostics.error(entry.key, "merge keys (<<) are not read; write the keys out")
        continue
      }
      diagnostics.error(entry.key, "unknown key \(Self.refusal(name, among: known))")
    }
  }

  /// What is given; a key with nothing behind it, its entries made comments say, is as good as none.
  private func given(_ key: String) -> Node? {
    values[key].flatMap { $0.value.null == nil ? $0.value : nil }
  }

  private func list(_ key: String) -> [Node]? {
    known.append(key)
    guard let value = given(key) else { return nil }
    guard case .sequence(let sequence) = value else {
      diagnostics.error(Self.position(of: value, file), "\(key) is a list, for example [a, b]")
      return nil
    }
    return Array(sequence)
  }

  private func scalar(_ key: String, _ what: String) -> Node.Scalar? {
    known.append(key)
    guard let value = values[key]?.value else { return nil }
    guard let scalar = value.scalar else {
      diagnostics.error(Self.position(of: value, file), "\(key) is \(what), not a list or mapping")
      return nil
    }
    guard !Self.isNull(scalar) else {
      diagnostics.error(Self.position(of: value, file), "\(key) has no value; it is \(what)")
      return nil
    }
    return scalar
  }

  /// YAML 1.2.2, 10.3.2, "Tag Resolution"
  private static func isNull(_ scalar: Node.Scalar) -> Bool {
    scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  private static func refusal(_ word: String, among words: [String]) -> String {
    if let nearest = Nearest.word(to: word, among: words) { return "'\(word)'; did you mean '\(nearest)'?" }
    if words.isEmpty { return "'\(word)'; no key is known here" }
    return "'\(word)'; it is one of \(words.joined(separator: ", "))"
  }
}

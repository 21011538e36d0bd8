/// Finds the word that somebody may have meant.
enum Nearest {
  /// The only word that begins like it, or the nearest one within a third of the length in edits; nil when none is
  /// that near.
  static func word(to word: String, among words: [String]) -> String? {
    let longer = words.filter { word.count > 1 && $0.hasPrefix(word) }
    if longer.count == 1 { return longer[0] }
    let limit = max(1, word.count / 3)
    return words.map { ($0, distance(Array(word), Array($0))) }
      .filter { $0.1 <= limit }
      .min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
  }

  /// Levenshtein's distance.
  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    guard abs(left.count - right.count) < 32, left.count < 128 else { return .max }
    var row = Array(0...right.count)
    for (i, character) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in right.enumerated() {
        let substitution = diagonal + (character == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, diagonal + 1, row[j] + 1)
      }
    }
    return row[right.count]
  }
}

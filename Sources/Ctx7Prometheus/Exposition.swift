/// Metrics as Prometheus reads them: the text format 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats).
public struct Exposition {
  /// The media type of `text`.
  public static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

  /// What kind of number a family holds.
  enum Kind: String {
    case counter, gauge, histogram
  }

  /// The lines so far.
  public private(set) var text = ""

  /// Begins a family; its samples follow.
  mutating func family(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
  }

  mutating func sample(_ name: String, _ labels: KeyValuePairs<String, String>, _ value: Int) {
    line(name, labels, String(value))
  }

  mutating func sample(_ name: String, _ labels: KeyValuePairs<String, String>, _ value: Double) {
    line(name, labels, value == .infinity ? "+Inf" : value.isNaN ? "NaN" : "\(value)")
  }

  private mutating func line(_ name: String, _ labels: KeyValuePairs<String, String>, _ value: String) {
    text += name
    if !labels.isEmpty {
      text += "{" + labels.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}"
    }
    text += " \(value)\n"
  }

  /// Only these three have a meaning in a label's value.
  private static func escaped(_ value: String) -> String {
    var text = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}

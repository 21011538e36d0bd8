/// One PIPELINE_METRICS record: a step of a job and what was measured in it.
///
/// The text form is one line whatever the values hold: `PIPELINE_METRICS: step=NAME key=value …`, text in
/// double quotes with JSON escapes, percentages with one decimal and `%`, durations in integer milliseconds.
public struct PipelineMetrics: Hashable, Sendable {
  /// A measured or named value.
  public enum Value: Hashable, Sendable {
    case text(String)
    case integer(Int)
    /// 0…100, printed with one decimal and `%`.
    case percent(Double)
    /// A number with its unit, printed as it is: `1.25s`.
    case figure(String)
    case flag(Bool)
  }

  /// A key with its value, in the order of the line.
  public struct Field: Hashable, Sendable {
    /// Before the equals sign.
    public var key: String
    /// After it.
    public var value: Value

    /// Creates a field.
    public init(_ key: String, _ value: Value) {
      self.key = key
      self.value = value
    }
  }

  /// How loud the line is.
  public enum Level: Hashable, Sendable {
    case info
    case warning
  }

  /// The name of the step, `document_refresh_success` for instance; nil in the export of a job's metrics.
  public var step: String?
  /// How loud it is.
  public var level: Level
  /// In the order of the line.
  public var fields: [Field]

  /// Creates a record.
  public init(_ step: String?, level: Level = .info, fields: [Field]) {
    self.step = step
    self.level = level
    self.fields = fields
  }

  /// Creates a record whose fields are all known.
  public init(_ step: String?, level: Level = .info, _ fields: KeyValuePairs<String, Value>) {
    self.init(step, level: level, fields: fields.map { Field($0.key, $0.value) })
  }

  /// The line, without a newline.
  public var line: String {
    let head = step.map { "PIPELINE_METRICS: step=\($0)" } ?? "PIPELINE_METRICS:"
    return fields.reduce(into: head) { $0 += " \($1.key)=\($1.value)" }
  }
}

extension PipelineMetrics.Value: CustomStringConvertible {
  /// The text after the equals sign.
  public var description: String {
    switch self {
    case .text(let text): JSONValue.quote(text)
    case .integer(let value): String(value)
    case .percent(let value): value.formatted(decimals: 1) + "%"
    case .figure(let value): value
    case .flag(let value): value ? "true" : "false"
    }
  }
}

extension Double {
  /// The number with a fixed count of decimals, rounded half away from zero.
  package func formatted(decimals: Int) -> String {
    guard isFinite else { return String(self) }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (magnitude * scale).rounded()
    guard scaled < 9e15 else { return String(self) }
    let whole = Int64(scaled)
    let sign = self < 0 && whole != 0 ? "-" : ""
    guard decimals > 0 else { return sign + String(whole) }
    let digits = Int(whole).padded(to: decimals + 1)
    return sign + digits.dropLast(decimals) + "." + digits.suffix(decimals)
  }
}

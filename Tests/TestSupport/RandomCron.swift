/// Draws cron expressions at random.
public struct RandomCron {
  /// Where the choices come from.
  public var random: SeededGenerator

  /// Draws the same expressions for the same seed.
  public init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// Five fields of the grammar that every cron has; hours are likely to be those in which clocks change.
  public mutating func plain() -> String {
    [
      field(0...59, star: 4), chance(2) ? field(0...4, star: 4) : field(0...23, star: 3),
      field(1...31, star: 2), chance(4) ? field(1...12, star: 2) : "*", field(0...7, star: 2),
    ].joined(separator: " ")
  }

  /// Five to seven fields of the whole grammar.
  public mutating func whole() -> String {
    var fields = [
      field(0...59, star: 4), field(0...23, star: 3), monthDay(), month(), weekday(),
    ]
    if chance(3) { fields.insert(field(0...59, star: 8), at: 0) }
    if chance(6) {
      if fields.count == 5 { fields.insert("0", at: 0) }
      fields.append(chance(2) ? "2024-2034" : "2020-2060/\(Int.random(in: 1...7, using: &random))")
    }
    return fields.joined(separator: " ")
  }

  private mutating func monthDay() -> String {
    guard chance(2) else { return field(1...31, star: 2) }
    return list { draw in
      switch Int.random(in: 0...4, using: &draw.random) {
      case 0: "L"
      case 1: "L-\(Int.random(in: 1...30, using: &draw.random))"
      case 2: "LW"
      case 3: "\(Int.random(in: 1...31, using: &draw.random))W"
      default: draw.element(1...31, star: 0)
      }
    }
  }

  private mutating func month() -> String {
    guard chance(2) else { return "*" }
    let names = ["jan", "FEB", "March", "apr", "may", "JUNE", "jul", "aug", "sep", "Oct", "nov", "dec"]
    return chance(3) ? names[Int.random(in: 0...11, using: &random)] : field(1...12, star: 2)
  }

  private mutating func weekday() -> String {
    guard chance(2) else { return chance(4) ? "?" : field(0...7, star: 2) }
    let names = ["sun", "MON", "Tuesday", "wed", "thu", "FRI", "sat"]
    return list { draw in
      let day =
        draw.chance(2)
        ? names[Int.random(in: 0...6, using: &draw.random)] : "\(Int.random(in: 0...7, using: &draw.random))"
      return switch Int.random(in: 0...2, using: &draw.random) {
      case 0: "\(day)#\(Int.random(in: 1...5, using: &draw.random))"
      case 1: day + "L"
      default: day
      }
    }
  }

  /// A field; one in `star` is `*` or a step of it.
  private mutating func field(_ range: ClosedRange<Int>, star: Int) -> String {
    if chance(star) { return "*" }
    return list { $0.element(range, star: star * 2) }
  }

  private mutating func element(_ range: ClosedRange<Int>, star: Int) -> String {
    let low = Int.random(in: range, using: &random)
    let high = Int.random(in: low...range.upperBound, using: &random)
    let step = Int.random(in: 1...max(2, range.count / 2), using: &random)
    switch Int.random(in: 0...3, using: &random) {
    case 0 where star > 0: return "*/\(step)"
    case 1: return "\(low)-\(high)"
    case 2: return "\(low)-\(high)/\(step)"
    default: return "\(low)"
    }
  }

  private mutating func list(_ element: (inout RandomCron) -> String) -> String {
    (0..<(chance(3) ? Int.random(in: 2...3, using: &random) : 1)).map { _ in element(&self) }
      .joined(separator: ",")
  }

  private mutating func chance(_ one: Int) -> Bool { one > 0 && Int.random(in: 1...one, using: &random) == 1 }
}

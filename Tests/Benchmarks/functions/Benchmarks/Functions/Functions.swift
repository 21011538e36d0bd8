import Benchmark
import Ctx7Documents
import Ctx7Model
import Foundation

/// What a run spends its time in, one function at a time, on one input each.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = Benchmark.Configuration(
    metrics: [.wallClock, .throughput], warmupIterations: 3, scalingFactor: .kilo, maxDuration: .seconds(2))
  schedules()
  documents()
}

private func schedules() {
  let start = Timestamp(seconds: 1_750_000_000)
  let berlin =
    FileManager.default.contents(atPath: "/usr/share/zoneinfo/Europe/Berlin").flatMap {
      ZoneRules(name: "Europe/Berlin", tzif: Array($0))
    } ?? .utc

  Benchmark("parse '*/15 8-18 * * 1-5'") { benchmark in
    for _ in benchmark.scaledIterations { blackHole(try CronExpression("*/15 8-18 * * 1-5")) }
  }
  for (name, source, zone) in [
    ("daily, UTC", "0 2 * * *", ZoneRules.utc), ("daily, Berlin", "0 2 * * *", berlin),
    ("29 February, UTC", "0 0 29 2 *", .utc),
  ] {
    guard let cron = try? CronExpression(source) else { preconditionFailure("'\(source)' is valid") }
    let schedule = Schedule(.cron(cron))
    Benchmark("translate to OnCalendar: \(name)") { benchmark in
      for _ in benchmark.scaledIterations {
        blackHole(schedule.triggers(in: zone, from: start).calendar.map(\.description))
      }
    }
    let triggers = schedule.triggers(in: zone, from: start)
    Benchmark("next firing: \(name)") { benchmark in
      for _ in benchmark.scaledIterations { blackHole(triggers.next(after: start, in: zone)) }
    }
  }
}

private func documents() {
  let configuration = Benchmark.Configuration(
    metrics: [.wallClock, .throughput], warmupIterations: 1, scalingFactor: .one, maxDuration: .seconds(2))
  let raw = sample(snippets: 100)
  guard let document = try? NormalisedDocument(raw) else { preconditionFailure("the sample has content") }
  let kilobytes = raw.utf8.count / 1000

  Benchmark("normalise \(kilobytes) kB of snippets", configuration: configuration) { _ in
    blackHole(try NormalisedDocument(raw))
  }
  Benchmark("chunk \(kilobytes) kB", configuration: configuration) { _ in
    blackHole(Chunker().chunks(of: document.text))
  }
  Benchmark("assess the quality of \(kilobytes) kB", configuration: configuration) { _ in
    blackHole(QualityScore(of: document.text))
  }
  Benchmark("explain the TTL of \(kilobytes) kB", configuration: configuration) { _ in
    blackHole(
      TTLPolicy().explain(
        TTLPolicy.Subject(
          technology: "swift", type: .documentation, text: document.text,
          version: VersionNumber(firstIn: document.text), quality: 0.8)))
  }
}

/// Text in the layout of Context7.
private func sample(snippets: Int) -> String {
  (1...snippets).map { number in
    """
    ### Configure option \(number)

    Source: https://example.org/guide/\(number)

    Option \(number) says how the widget behaves when the window grows; since version 2.\(number) it is on.
    Read the [guide](https://example.org/guide) for an example that shows how to install and to use it.

    ```swift
    let widget = Widget(option: \(number))
    try await widget.open(timeout: .seconds(\(number)))
    ```
    """
  }.joined(separator: "\n\n--------------------------------\n\n")
}

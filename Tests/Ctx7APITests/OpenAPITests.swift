import Ctx7Documents
import Ctx7History
import Ctx7Model
import TestSupport
import Testing

/// The document is true: what it promises is what comes.
struct OpenAPITests {
  /// Values for parameters of paths that lead somewhere.
  private func example(_ name: String, _ bench: Bench) throws -> String {
    switch name {
    case "job_id": "weekly-refresh"
    case "execution_id": "weekly-refresh_3"
    case "dead_letter_id": "1"
    case "content_id": try bench.documents.documents().first?.id ?? ""
    default: throw Bench.Unexpected(description: "no example for \(name)")
    }
  }

  @Test func `every documented request is answered as documented`() async throws {
    try await Bench.with { bench in
      try bench.history.fill(.refresh, 8)
      try bench.addDeadLetter(message: "gone")
      _ = try bench.history.raise(
        Alert(.failure, .error, jobID: .refresh, executionID: nil, message: "m", timestamp: Bench.now),
        repeatSeconds: nil, sinks: ["journal", "hook"])
      _ = try bench.documents.track(
        SourceLocation("https://example.org/llms.txt"), technology: "x",
        in: #require(WorkspaceName(rawValue: "x-docs")), title: "T", expiresAt: Bench.now, now: Bench.now)
      let document = try JSONValue(parsing: try await bench.local.get("/openapi.json").body)
      let validator = SchemaValidator(document: document)
      guard case .object(let paths) = document["paths"] else {
        throw Bench.Unexpected(description: "no paths")
      }
      #expect(paths.count >= 20)
      var succeeded = 0
      // The one that ends the service comes last.
      for path in paths.filter({ !$0.name.hasSuffix("restart") })
        + paths.filter({ $0.name.hasSuffix("restart") })
      {
        guard case .object(let operations) = path.value else { continue }
        // DELETE comes last by its name only where it is sorted so.
        for operation in operations.sorted(by: {
          ($0.name == "delete" ? 1 : 0) < ($1.name == "delete" ? 1 : 0)
        }) {
          let target = try (operation.value["parameters"]?.array ?? []).reduce(path.name) {
            target, parameter in
            guard parameter["in"]?.string == "path", let name = parameter["name"]?.string else {
              return target
            }
            return target.replacing("{\(name)}", with: try example(name, bench))
          }
          let answer = try await bench.local.request(operation.name.uppercased(), target)
          let response = try #require(
            operation.value["responses"]?[String(answer.status)],
            "\(operation.name) \(target) answered \(answer.status)")
          if answer.status < 400 { succeeded += 1 }
          guard let schema = response["content"]?["application/json"]?["schema"] else { continue }
          #expect(answer.headers["content-type"] == "application/json")
          let problems = validator.problems(try JSONValue(parsing: answer.body), schema)
          #expect(problems.isEmpty, "\(operation.name) \(target)")
        }
      }
      // Those that need systemd answer 503 here; the others succeed.
      #expect(succeeded >= 20)
    }
  }

  @Test func `a default is a value that would be taken`() async throws {
    try await Bench.with { bench in
      let document = try JSONValue(parsing: try await bench.local.get("/openapi.json").body)
      func members(_ value: JSONValue?) -> [JSONValue.Member] {
        if case .object(let members) = value { members } else { [] }
      }
      let schemas = members(document["paths"]).flatMap { members($0.value) }
        .flatMap { $0.value["parameters"]?.array ?? [] }.compactMap { $0["schema"] }
      #expect(schemas.contains { $0["default"] != nil })
      for schema in schemas {
        guard let number = schema["default"]?.integer else { continue }
        let range = try #require(schema["minimum"]?.integer)...#require(schema["maximum"]?.integer)
        #expect(range.contains(number))
      }
    }
  }

  @Test func `errors are as documented too`() async throws {
    try await Bench.with { bench in
      let document = try JSONValue(parsing: try await bench.local.get("/openapi.json").body)
      let schema = try #require(document["components"]?["schemas"]?["Error"])
      for (method, path) in [
        ("GET", "/x"), ("PUT", "/"), ("GET", "/api/v1/background-jobs/jobs?x=1"),
        ("POST", "/api/v1/background-jobs/jobs/nope/execute"),
      ] {
        let answer = try await bench.local.request(method, path)
        #expect(answer.status >= 400)
        #expect(
          SchemaValidator(document: document).problems(try JSONValue(parsing: answer.body), schema).isEmpty)
      }
    }
  }
}

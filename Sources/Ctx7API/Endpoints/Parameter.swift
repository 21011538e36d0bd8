internal import Ctx7Model
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// A parameter of an endpoint, in its path or its query.
struct Parameter: Sendable {
  enum Kind: Sendable {
    /// A whole number; in a query it may be missing.
    case integer(ClosedRange<Int>, default: Int?)
    case flag(default: Bool)
    /// One of these words.
    case word([String])
    /// Anything, up to a length in bytes.
    case text(maxLength: Int)
    /// What a regular expression matches: here for those who call, checked by the endpoint, which says more.
    case pattern(String)
  }

  let name: String
  let kind: Kind
  let description: String
  var isInPath = false

  static func path(_ name: String, _ description: String) -> Parameter {
    Parameter(name: name, kind: .text(maxLength: 255), description: description, isInPath: true)
  }

  static let job = path("job_id", "The job.")
  static let ofJob = Parameter(
    name: "job_id", kind: .pattern("^[a-z0-9][a-z0-9_.-]{0,199}$"), description: "Only those of this job.")
  static let ofWorkspace = Parameter(
    name: "workspace", kind: .pattern("^[a-z0-9_-]{1,64}$"), description: "Only this workspace.")
  static let limit = Parameter(
    name: "limit", kind: .integer(1...100, default: 20), description: "How many to list.")
  static let offset = Parameter(
    name: "offset", kind: .integer(0...1_000_000_000, default: 0), description: "How many to leave out first."
  )

  /// Checks what came.
  ///
  /// - Throws: `APIError` 422.
  func value(_ text: String?) throws(APIError) -> JSONValue {
    switch kind {
    case .integer(let range, let fallback):
      guard let text else { return fallback.map { JSONValue($0) } ?? .null }
      return try number(text, in: range)
    case .flag(let fallback):
      guard let text else { return .bool(fallback) }
      guard text == "true" || text == "false" else { throw refuse(text, "true or false") }
      return .bool(text == "true")
    case .word(let words):
      guard let text else { return .null }
      guard words.contains(text) else { throw refuse(text, "one of \(words.joined(separator: ", "))") }
      return .string(text)
    case .pattern: return text.map { .string($0) } ?? .null
    case .text(let maxLength):
      guard let text else { return .null }
      guard text.utf8.count <= maxLength else { throw refuse(text, "at most \(maxLength) bytes") }
      return .string(text)
    }
  }

  private func number(_ text: String, in range: ClosedRange<Int>) throws(APIError) -> JSONValue {
    guard let number = Int(text), range.contains(number) else {
      throw refuse(text, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return JSONValue(number)
  }

  private func refuse(_ text: String, _ expectation: String) -> APIError {
    APIError(
      .unprocessableContent,
      "\(name) must be \(expectation), not \(JSONValue.quote(String(text.prefix(100))))")
  }

  /// As OpenAPI describes it.
  var json: JSONValue {
    [
      "name": .string(name),
      "in": isInPath ? "path" : "query",
      "required": .bool(isInPath),
      "description": .string(description),
      "schema": schema.json,
    ]
  }

  private var schema: Schema {
    switch kind {
    case .integer(let range, let fallback): .parameterInteger(range, default: fallback)
    case .flag(let fallback): Schema(["type": "boolean", "default": .bool(fallback)])
    case .word(let words): .words(words)
    case .pattern(let pattern): Schema(["type": "string", "pattern": .string(pattern)])
    // A path parameter is never empty: the path would be another one.
    case .text(let maxLength):
      Schema(["type": "string", "minLength": isInPath ? 1 : 0, "maxLength": JSONValue(maxLength)])
    }
  }
}

/// The id by which a client finds its execution again.
enum CorrelationID {
  static let maxLength = 128
  /// It goes to the journal and into tables: printable ASCII without quotes or spaces.
  private static let pattern = "^[A-Za-z0-9_.:-]+$"
  static let schema = Schema([
    "type": ["string", "null"], "minLength": 1, "maxLength": JSONValue(maxLength),
    "pattern": .string(pattern),
  ])

  /// Reads the body: nothing, or one JSON string.
  ///
  /// - Parameter limit: bytes that the body may have.
  /// - Throws: `APIError` 400, 413 or 422.
  static func read(from request: Request, limit: Int) async throws -> String? {
    let tooLong = APIError(.contentTooLarge, "the body may have at most \(limit) bytes")
    if let length = request.headers[.contentLength].flatMap(Int.init), length > limit { throw tooLong }
    let body: ByteBuffer
    do {
      body = try await request.body.collect(upTo: limit)
    } catch is NIOTooManyBytesError {
      throw tooLong
    }
    guard body.readableBytes > 0 else { return nil }
    guard let json = try? JSONValue(parsing: String(buffer: body)) else {
      throw APIError(.badRequest, "the body is no JSON")
    }
    if json == .null { return nil }
    // Its end is compared too: the pattern's would be found in front of a last line feed.
    guard let text = json.string, text.utf8.count <= maxLength,
      text.range(of: pattern, options: .regularExpression) == text.startIndex..<text.endIndex
    else {
      throw APIError(
        .unprocessableContent,
        "the body must be a JSON string of 1 to \(maxLength) letters, digits, '_', '.', ':' and '-'")
    }
    return text
  }
}

internal import Ctx7Model
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// A parameter of an endpoint, in its path or its query.
struct Parameter: Sendable {
  enum Kind: Sendable {
    case integer(ClosedRange<Int>, default: Int)
    /// A whole number that may be missing.
    case optionalInteger(ClosedRange<Int>)
    case flag(default: Bool)
    /// One of these words.
    case word([String])
    /// Anything, up to a length.
    case text(maxLength: Int)
  }

  let name: String
  let kind: Kind
  let description: String
  var isInPath = false

  static func path(_ name: String, _ description: String) -> Parameter {
    Parameter(name: name, kind: .text(maxLength: 255), description: description, isInPath: true)
  }

  static let job = path("job_id", "The job.")
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
      return try text.map { text throws(APIError) in try number(text, in: range) } ?? JSONValue(fallback)
    case .optionalInteger(let range):
      return try text.map { text throws(APIError) in try number(text, in: range) } ?? .null
    case .flag(let fallback):
      guard let text else { return .bool(fallback) }
      guard text == "true" || text == "false" else { throw refuse(text, "true or false") }
      return .bool(text == "true")
    case .word(let words):
      guard let text else { return .null }
      guard words.contains(text) else { throw refuse(text, "one of \(words.joined(separator: ", "))") }
      return .string(text)
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
    case .optionalInteger(let range): .parameterInteger(range)
    case .flag(let fallback): Schema(["type": "boolean", "default": .bool(fallback)])
    case .word(let words): .words(words)
    // A path parameter is never empty: the path would be another one.
    case .text(let maxLength):
      Schema(["type": "string", "minLength": isInPath ? 1 : 0, "maxLength": JSONValue(maxLength)])
    }
  }
}

/// The id by which a client finds its execution again.
enum CorrelationID {
  static let maxLength = 128
  static let schema = Schema([
    "type": ["string", "null"], "minLength": 1, "maxLength": JSONValue(maxLength),
    "pattern": "^[A-Za-z0-9_.:-]+$",
  ])

  /// Reads the body: nothing, or one JSON string.
  ///
  /// - Throws: `APIError` 413, 415 or 422.
  static func read(from request: Request) async throws -> String? {
    let tooLong = APIError(.contentTooLarge, "the body may have at most 65536 bytes")
    if let length = request.headers[.contentLength].flatMap(Int.init), length > 65_536 { throw tooLong }
    let body: ByteBuffer
    do {
      body = try await request.body.collect(upTo: 65_536)
    } catch is NIOTooManyBytesError {
      throw tooLong
    }
    guard body.readableBytes > 0 else { return nil }
    guard let json = try? JSONValue(parsing: String(buffer: body)) else {
      throw APIError(.badRequest, "the body is no JSON")
    }
    if json == .null { return nil }
    // The id goes to the journal and into tables: printable ASCII without quotes or spaces.
    guard let text = json.string, (1...maxLength).contains(text.utf8.count),
      text.utf8.allSatisfy({ isPlain($0) })
    else {
      throw APIError(
        .unprocessableContent,
        "the body must be a JSON string of 1 to \(maxLength) letters, digits, '_', '.', ':' and '-'")
    }
    return text
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      || [0x5F, 0x2E, 0x3A, 0x2D].contains(byte)
  }
}

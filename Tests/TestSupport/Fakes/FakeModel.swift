internal import Ctx7Model
internal import Foundation
internal import Synchronization

/// A server of models in memory that speaks Ollama's protocol and OpenAI's; a request that no route is for fails
/// the test.
public final class FakeModel: Sendable {
  /// How the server behaves.
  public struct Options: Sendable {
    /// The models that it has.
    public var models = ["tiny"]
    /// The length of its vectors.
    public var length = 4
    /// Whether its vectors have length one.
    public var normalises = false
    /// Whether it sends the vectors in another order than that of the texts (OpenAI's protocol).
    public var shuffles = false
    /// Vectors that it leaves out at the end.
    public var omits = 0
    /// The most texts that it embeds at once; more are refused with 400.
    public var mostTexts = Int.max
    /// The longest text that it embeds, in characters; a longer one is refused with 400.
    public var longestText = Int.max
    /// Answers every question with this.
    public var answer: LoopbackServer.Response?
    /// What a chat is answered with.
    public var chat = "{}"
    /// Why a chat's answer ends.
    public var ending = "stop"

    /// The defaults.
    public init() {}
  }

  private let options: Mutex<Options>

  /// Creates a server.
  public init(_ options: Options = Options()) {
    self.options = Mutex(options)
  }

  /// Changes how the server behaves.
  public func change(_ change: (inout Options) -> Void) { options.withLock { change(&$0) } }

  /// Answers a request; nil for one that no route is for.
  public func answer(_ request: LoopbackServer.Request) -> LoopbackServer.Response? {
    let options = options.withLock { $0 }
    let body = (try? JSONValue(fast: Data(request.body))) ?? .null
    let texts = body["input"]?.array?.compactMap(\.string) ?? []
    if texts.count > options.mostTexts || texts.contains(where: { $0.count > options.longestText }) {
      return .init(400, #"{"error":"the input length exceeds the context length"}"#)
    }
    switch (request.method, request.path) {
    case ("GET", "/api/tags"):
      return options.answer
        ?? Self.json(["models": .array(options.models.map { ["name": .string("\($0):latest")] })])
    case ("GET", "/v1/models"):
      return options.answer
        ?? Self.json(["object": "list", "data": .array(options.models.map { ["id": .string($0)] })])
    case ("POST", "/api/embed"):
      guard body["model"]?.string != nil, !texts.isEmpty else { return nil }
      return options.answer
        ?? Self.json([
          "model": body["model"] ?? "",
          "embeddings": .array(vectors(texts, options).map { .array($0.map { .number($0) }) }),
        ])
    case ("POST", "/v1/embeddings"):
      guard body["model"]?.string != nil, !texts.isEmpty, body["encoding_format"]?.string == "float" else {
        return nil
      }
      return options.answer ?? openAI(vectors(texts, options), options)
    case ("POST", "/api/chat"):
      guard body["stream"]?.bool == false else { return nil }
      return options.answer
        ?? Self.json([
          "message": ["role": "assistant", "content": .string(options.chat)], "done": true,
          "done_reason": .string(options.ending),
        ])
    case ("POST", "/v1/chat/completions"):
      guard body["stream"]?.bool == false else { return nil }
      return options.answer
        ?? Self.json([
          "choices": [
            [
              "index": 0, "message": ["content": .string(options.chat)],
              "finish_reason": .string(options.ending),
            ]
          ]
        ])
    default: return nil
    }
  }

  private func openAI(_ vectors: [[Double]], _ options: Options) -> LoopbackServer.Response {
    var entries = vectors.enumerated().map { index, vector -> JSONValue in
      [
        "object": "embedding", "index": JSONValue(index), "embedding": .array(vector.map { .number($0) }),
      ]
    }
    if options.shuffles { entries.reverse() }
    return Self.json(["object": "list", "data": .array(entries), "usage": [:]])
  }

  /// The same text always has the same vector.
  private func vectors(_ texts: [String], _ options: Options) -> [[Double]] {
    texts.dropLast(options.omits).map { text in
      var state = text.utf8.reduce(UInt64(5381)) { $0 &* 33 &+ UInt64($1) }
      let vector = (0..<options.length).map { _ -> Double in
        state = state &* 6_364_136_223_846_793_005 &+ 1
        return Double(state >> 40) / Double(1 << 24) - 0.5
      }
      guard options.normalises else { return vector }
      let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return vector.map { $0 / length }
    }
  }

  private static func json(_ value: JSONValue) -> LoopbackServer.Response {
    .init(200, value.description, headers: ["Content-Type": "application/json"])
  }
}

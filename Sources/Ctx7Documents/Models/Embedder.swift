public import Ctx7Model
internal import Foundation

/// Turns texts into vectors, over the protocol of Ollama or of OpenAI.
public struct Embedder: Sendable {
  private let server: ModelServer
  private let settings: ModelSettings

  /// Creates an embedder; nil where no model is configured.
  public init?(_ client: WebClient, _ settings: ModelSettings, key: String?) {
    guard settings.provider != .none else { return nil }
    self.settings = settings
    server = ModelServer(client, settings, key: key)
  }

  /// What the vectors are marked with: another model is a reason to embed anew.
  public var model: String { Self.mark(settings) }

  /// The mark of a configured model.
  static func mark(_ settings: ModelSettings) -> String {
    "\(settings.provider.rawValue)/\(settings.model)" + (settings.dimensions.map { "/\($0)" } ?? "")
  }

  /// One vector of length one for each text, in order.
  ///
  /// - Throws: `ModelError` unless there is one for every text, all of the same length, the configured one where there
  ///   is one.
  public func vectors(for texts: [String]) async throws -> [[Float]] {
    var vectors: [[Float]] = []
    for start in stride(from: 0, to: texts.count, by: settings.batchSize) {
      let batch = Array(texts[start..<min(start + settings.batchSize, texts.count)])
      vectors += try await smallerWhereRefused(batch).map(normalised)
    }
    let lengths = Set(vectors.map(\.count))
    guard lengths.count <= 1 else {
      throw server.error(
        "vectors of different lengths: \(lengths.sorted().map(String.init).joined(separator: ", "))")
    }
    if let expected = settings.dimensions, let length = lengths.first, length != expected {
      throw server.error("vectors of length \(length), where embedding.dimensions is \(expected)")
    }
    return vectors
  }

  /// Asks again with half of it where a server refuses what it was sent, down to one text: more often than not that is
  /// its way of saying that it was too much, and the words for it are different with each.
  private func smallerWhereRefused(_ batch: [String]) async throws -> [[Float]] {
    do {
      return try await ask(batch)
    } catch let error as ModelError where error.mayBeTooMuch {
      guard batch.count > 1 else {
        // A text that does not fit is embedded by its beginning, as Ollama does by itself.
        let text = batch[0].unicodeScalars
        return try await ask([String(text.prefix(max(1, text.count / 2)))])
      }
      let half = batch.count / 2
      return try await smallerWhereRefused(Array(batch[..<half]))
        + smallerWhereRefused(Array(batch[half...]))
    }
  }

  private func ask(_ texts: [String]) async throws -> [[Float]] {
    let found = try await settings.provider == .ollama ? ollama(texts) : openAI(texts)
    guard found.count == texts.count else {
      throw server.error("\(found.count.counted("vector")) for \(texts.count.counted("text"))")
    }
    return found
  }

  private struct OllamaAnswer: Decodable { var embeddings: [[Float]] }

  private func ollama(_ texts: [String]) async throws -> [[Float]] {
    var body: [JSONValue.Member] = [
      .init("model", .string(settings.model)), .init("input", .array(texts.map { .string($0) })),
      .init("truncate", true),
    ]
    if let dimensions = settings.dimensions { body.append(.init("dimensions", JSONValue(dimensions))) }
    return try await server.ask("/api/embed", .object(body), OllamaAnswer.self).embeddings
  }

  private struct OpenAIAnswer: Decodable {
    struct Entry: Decodable {
      var index: Int
      var embedding: [Float]
    }
    var data: [Entry]
  }

  private func openAI(_ texts: [String]) async throws -> [[Float]] {
    var body: [JSONValue.Member] = [
      .init("model", .string(settings.model)), .init("input", .array(texts.map { .string($0) })),
      .init("encoding_format", "float"),
    ]
    if let dimensions = settings.dimensions { body.append(.init("dimensions", JSONValue(dimensions))) }
    let entries = try await server.ask("/v1/embeddings", .object(body), OpenAIAnswer.self).data
      .sorted { $0.index < $1.index }
    // The order of the answer is not that of the question.
    guard entries.map(\.index) == Array(0..<entries.count) else {
      throw server.error(
        "vectors with the indices \(entries.prefix(5).map { String($0.index) }.joined(separator: ", "))")
    }
    return entries.map(\.embedding)
  }

  /// Some servers normalise, others do not.
  private func normalised(_ vector: [Float]) throws -> [Float] {
    let length = vector.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    guard length.isFinite, length > 0 else { throw server.error("a vector of length \(length)") }
    return vector.map { Float(Double($0) / length) }
  }
}

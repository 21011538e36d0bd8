/// A piece of a document, with its vector where there is an embedding model.
public struct Chunk: Hashable, Sendable {
  /// Markdown.
  public var text: String
  /// Of length one; nil without a model.
  public var vector: [Float]?

  /// Creates a chunk.
  public init(_ text: String, vector: [Float]? = nil) {
    self.text = text
    self.vector = vector
  }
}

/// What chunks were embedded with: another model, or another length, makes the vectors worthless.
public struct EmbeddingMark: Hashable, Sendable {
  /// Its provider and name.
  public var model: String
  /// Numbers in a vector.
  public var length: Int

  /// Creates a mark.
  public init(model: String, length: Int) {
    self.model = model
    self.length = length
  }
}

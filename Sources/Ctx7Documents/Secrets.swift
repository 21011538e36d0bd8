internal import Ctx7Model
internal import Foundation
internal import Glibc

/// The keys of services; they are never stored, logged or shown.
public struct Secrets: Sendable {
  /// Of Context7's API.
  public var context7: String?
  /// Of Weaviate.
  public var weaviate: String?
  /// Of the server that speaks OpenAI's protocol.
  public var openAI: String?

  /// No keys by default.
  public init(context7: String? = nil, weaviate: String? = nil, openAI: String? = nil) {
    self.context7 = context7
    self.weaviate = weaviate
    self.openAI = openAI
  }

  /// Reads the keys: from `$CREDENTIALS_DIRECTORY` (systemd.exec(5), "Credentials"), from the environment, and
  /// from `folder`, where it may be read: that is where a unit's credentials come from.
  public init(environment: [String: String], folder: String) {
    func key(_ credential: ServiceCredential, _ variables: String...) -> String? {
      let file = credential.rawValue
      let passed = environment["CREDENTIALS_DIRECTORY"].flatMap { Self.contents(of: "\($0)/\(file)") }
      let variable = variables.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
      return passed ?? variable ?? Self.contents(of: "\(folder)/\(file)")
    }
    context7 = key(.context7, "CONTEXT7_API_KEY")
    weaviate = key(.weaviate, "WEAVIATE_API_KEY")
    openAI = key(.openAI, "AI_OPENAI_API_KEY", "OPENAI_API_KEY")
  }

  /// The one line of a file; nil when there is none to read, or more than one.
  private static func contents(of path: String) -> String? {
    // Most often there is none, which Foundation takes a while to say.
    guard access(path, R_OK) == 0, let data = FileManager.default.contents(atPath: path) else { return nil }
    let line = String(decoding: data, as: UTF8.self).trimmed
    return line.isEmpty || line.contains(where: \.isNewline) ? nil : line
  }
}

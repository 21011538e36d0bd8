/// Every kind of source that a location can name.
public struct AnySource: Sendable {
  private let files = FileSource()
  private let web: WebSource
  private let context7: Context7Source

  /// Adds files to what is fetched over the network.
  public init(web: WebSource, context7: Context7Source) {
    self.web = web
    self.context7 = context7
  }

  /// Fetches a document.
  ///
  /// - Parameter validators: of the content that is stored; an answer that nothing has changed is only possible
  ///   with them.
  /// - Throws: `SourceError` for this document, `SourceStopped` when the run can fetch no more.
  public func fetch(_ location: SourceLocation, validators: Validators) async throws -> Fetched {
    switch location.kind {
    case .file: try await files.fetch(location, validators: validators)
    case .web: try await web.fetch(location, validators: validators)
    case .context7: try await context7.fetch(location, validators: validators)
    }
  }
}

import ArgumentParser
import Ctx7CLI
import Ctx7Config
import Ctx7Database
import Ctx7Documents
import Ctx7Model
import Foundation

struct DocumentsAdd: Command {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract:
      "Track a document: it is fetched at the next refresh, and again whenever it is about to expire.",
    discussion: "Adding a document that is tracked already sets its expiry and title anew.")

  @Argument(
    help:
      "Where it comes from: a library of Context7 (/vercel/next.js), a URL, or the path of a file or folder.")
  var source: String

  @Option(
    help: ArgumentHelp(
      "The technology that it documents, part of its time to live; a library's name when not given."))
  var technology: String?

  @Option(help: "Of a library, only what Context7 answers to this; everything when not given.")
  var query: String?

  @Option(help: "The workspace to keep it in; made from the technology when not given.")
  var workspace: String?

  @Option(help: "The title; its words tell what kind of documentation it is.")
  var title: String?

  @Option(
    help: ArgumentHelp(
      """
      When the content that is stored counts as stale: 90m, 12h or 7d from now, until a refresh gives it a time of \
      its own. Without content a document is due at once, whatever is said here.
      """, valueName: "time"))
  var expiresIn: String?

  @Flag(help: "Print the document as JSON.")
  var json = false

  @OptionGroup var times: TimeOptions
  @OptionGroup var location: LocationOptions

  func run() async throws {
    let now = Timestamp.now
    let source: SourceLocation
    do {
      source = try SourceLocation(argument: self.source, query: query)
    } catch {
      throw Failure(.usage, "\(error)")
    }
    try source.requireVisible(in: location.locations)
    let expiresAt = try expiresIn.map { now.adding(seconds: try Self.seconds($0)) }
    guard let technology = technology ?? source.libraryName, !technology.isEmpty else {
      throw Failure(.usage, "say what \(source) documents", hint: "name it with --technology")
    }
    let workspace = try workspaceName(technology)
    try StateDirectory(location.locations).enter()
    let store = try DocumentStore(path: location.locations.documentsFile)
    let (document, tracking): (TrackedDocument, DocumentStore.Tracking)
    do {
      (document, tracking) = try store.track(
        source, technology: technology, in: workspace, title: title, expiresAt: expiresAt, now: now)
    } catch let error as DocumentStore.WorkspaceTaken {
      throw Failure(.usage, "\(error)", hint: "name another one with --workspace")
    }
    if source.isPrivate { warnOfPrivateHost(source) }
    if case .file(let path) = source.kind, !FileManager.default.fileExists(atPath: path) {
      Console.standardError("warning: there is no \(path) yet, and no refresh succeeds before it is there")
    }
    guard !json else { return Console.standardOutput(document.json.pretty) }
    let verb = tracking == .added ? "tracking" : "tracked already, updated:"
    let next =
      document.expiry.flatMap { $0 > now ? "expires \($0.local)" : nil } ?? "the next refresh fetches it"
    Console.standardOutput("\(verb) \(document.id) in \(document.workspace), \(next)")
  }

  /// A configuration that is wrong is for others to report.
  private func warnOfPrivateHost(_ source: SourceLocation) {
    let loaded = Configuration.loaded(location.locations, environment: ProcessInfo.processInfo.environment)
    guard loaded.configuration?.host.services.fetch.allowPrivateHosts == false else { return }
    Console.standardError(
      "warning: \(source) is at a private address, and is not fetched without 'fetch: {allow_private_hosts: true}'"
    )
  }

  private func workspaceName(_ technology: String) throws(Failure) -> WorkspaceName {
    if let workspace { return try WorkspaceName(argument: workspace) }
    guard let name = WorkspaceName(technology: technology) else {
      throw Failure(
        .usage, "no workspace can be named after technology '\(technology)'",
        hint: "name one with --workspace")
    }
    return name
  }

  private static func seconds(_ text: String) throws(Failure) -> Int64 {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
      (1...36_500).contains(count)
    else {
      throw Failure(.usage, "--expires-in: '\(text)' is no time such as 90m, 12h or 7d")
    }
    return count * unit
  }
}

extension WorkspaceName {
  /// Reads a workspace from the command line.
  init(argument: String) throws(Failure) {
    guard let name = WorkspaceName(rawValue: argument) else {
      throw Failure(
        .usage, "'\(argument)' cannot be a workspace: lower-case letters, digits, '_' and '-', at most 64")
    }
    self = name
  }
}

extension SourceLocation {
  /// A URL, the path of a file or folder, or a library of Context7, whose ids look like paths.
  init(argument: String, query: String? = nil) throws(Invalid) {
    guard !argument.isEmpty else { throw Invalid(text: argument, reason: "it is empty") }
    let isFile = FileManager.default.fileExists(atPath: argument)
    if !isFile, [".md", ".txt", ".html"].contains(where: argument.hasSuffix), !argument.contains("://") {
      throw Invalid(text: argument, reason: "there is no such file")
    }
    if !isFile, let library = LibraryID(rawValue: argument) {
      // Of /srv/docs somebody means the folder, who has a /srv.
      guard !FileManager.default.fileExists(atPath: "/\(library.owner)") else {
        throw Invalid(
          text: argument,
          reason: "there is no such file or folder; a library of that name is context7:\(argument)")
      }
      if let query { try self.init(library: library, query: query) } else { self.init(library: library) }
      return
    }
    if argument.contains(":/") {
      try self.init(argument)
    } else if !isFile, LibraryID(rawValue: "/\(argument)") != nil {
      throw Invalid(text: argument, reason: "there is no such file; a library of Context7 is /\(argument)")
    } else {
      try self.init(path: argument)
    }
    guard let query else { return }
    switch kind {
    case .context7(let library, query: nil): try self.init(library: library, query: query)
    case .context7:
      throw Invalid(text: argument, reason: "it has a query already, and --query is another one")
    case .file, .web:
      throw Invalid(text: argument, reason: "--query is for libraries of Context7, such as /vercel/next.js")
    }
  }
}

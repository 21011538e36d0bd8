internal import Ctx7Documents
internal import Ctx7Model
internal import Hummingbird

/// The documents that are kept fresh, to read.
enum DocumentEndpoints {
  static let all = [list, get, workspaces]

  private static let list = Endpoint(
    id: "list_documents", method: .get, path: "\(API.prefix)/documents",
    summary: "List the tracked documents.",
    parameters: [.limit, .offset, .ofWorkspace],
    answer: .json(.page("documents", of: .named("Document")))
  ) { call in
    let workspace = try workspace(of: call)
    let store = try call.service.records.documents()
    let documents = try store?.documents(
      in: workspace, limit: call.integer("limit"), offset: call.integer("offset"))
    return Response(
      page: "documents", documents?.map(\.json) ?? [], total: try store?.documentCount(in: workspace) ?? 0,
      call)
  }

  private static let get = Endpoint(
    id: "get_document", method: .get, path: "\(API.prefix)/documents/{content_id}",
    summary: "Show one document.",
    parameters: [.path("content_id", "The document.")], answer: .json(.named("Document")),
    failures: [404: "There is no such document."]
  ) { call in
    let id = call.text("content_id")
    guard let document = try call.service.records.documents()?.document(id) else {
      throw APIError(.notFound, "there is no document \(JSONValue.quote(String(id.prefix(255))))")
    }
    return Response(json: document.json)
  }

  private static let workspaces = Endpoint(
    id: "list_workspaces", method: .get, path: "\(API.prefix)/workspaces",
    summary: "List the workspaces, with their documents counted.",
    answer: .json(
      .object([
        "workspaces": .array(
          of: .object([
            "workspace": .string, "technology": .string, "documents": .count, "pending": .count,
            "expired": .count, "chunks": .count, "next_expiry": .timestamp.orNull,
          ])),
        "count": .count,
      ]))
  ) { call in
    let overviews = try call.service.records.documents()?.overviews(at: call.service.now()) ?? []
    return Response(json: [
      "workspaces": .array(overviews.map(\.json)), "count": JSONValue(overviews.count),
    ])
  }

  private static func workspace(of call: Call) throws -> WorkspaceName? {
    try call.optionalText("workspace").map { text in
      guard let workspace = WorkspaceName(rawValue: text) else {
        throw APIError(.unprocessableContent, "workspace: \(JSONValue.quote(text)) cannot be a workspace")
      }
      return workspace
    }
  }
}

internal import Ctx7Documents
internal import Ctx7Model
internal import Hummingbird

/// The documents that are kept fresh, to read.
enum DocumentEndpoints {
  static let all = [list, get, workspaces]

  private static let list = Endpoint(
    id: "list_documents", method: .get, path: "\(API.prefix)/documents",
    summary: "List the tracked documents.",
    parameters: [
      .limit, .offset,
      Parameter(name: "workspace", kind: .text(maxLength: 64), description: "Only this workspace."),
    ],
    answer: .json(
      .object([
        "documents": .array(of: .named("Document")), "count": .count, "total": .count, "limit": .count,
        "offset": .count,
      ]))
  ) { call in
    let (limit, offset) = (call.integer("limit"), call.integer("offset"))
    let documents = try all(of: call)
    let page = documents.dropFirst(offset).prefix(limit)
    return Response(json: [
      "documents": .array(page.map(\.json)), "count": JSONValue(page.count),
      "total": JSONValue(documents.count),
      "limit": JSONValue(limit), "offset": JSONValue(offset),
    ])
  }

  private static let get = Endpoint(
    id: "get_document", method: .get, path: "\(API.prefix)/documents/{content_id}",
    summary: "Show one document.",
    parameters: [.path("content_id", "The document.")], answer: .json(.named("Document")),
    failures: [404: "There is no such document."]
  ) { call in
    let id = call.text("content_id")
    guard let document = try call.service.records.documents()?.document(id), document.id == id else {
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
          of: .object(["workspace": .string, "documents": .count, "chunks": .count, "expired": .count])),
        "count": .count,
      ]))
  ) { call in
    let now = call.service.now()
    let documents = Dictionary(
      grouping: try call.service.records.documents()?.documents() ?? [], by: \.workspace)
    let rows = documents.sorted { $0.key.rawValue < $1.key.rawValue }.map {
      workspace, documents -> JSONValue in
      [
        "workspace": .string(workspace.rawValue),
        "documents": JSONValue(documents.count),
        "chunks": JSONValue(documents.reduce(0) { $0 + ($1.content?.chunkCount ?? 0) }),
        "expired": JSONValue(documents.count { $0.expiresAt <= now }),
      ]
    }
    return Response(json: ["workspaces": .array(rows), "count": JSONValue(rows.count)])
  }

  private static func all(of call: Call) throws -> [TrackedDocument] {
    guard let text = call.optionalText("workspace") else {
      return try call.service.records.documents()?.documents() ?? []
    }
    guard let workspace = WorkspaceName(rawValue: text) else {
      throw APIError(.unprocessableContent, "workspace: \(JSONValue.quote(text)) cannot be a workspace")
    }
    return try call.service.records.documents()?.documents(in: workspace) ?? []
  }
}

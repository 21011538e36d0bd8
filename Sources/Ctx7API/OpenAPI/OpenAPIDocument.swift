internal import Ctx7Model
internal import HTTPTypes

/// The OpenAPI 3.1 document of all endpoints (https://spec.openapis.org/oas/v3.1.1).
enum OpenAPIDocument {
  static let json: JSONValue = [
    "openapi": "3.1.1",
    "info": [
      "title": "ctx7-jobs", "version": .string(API.version),
      "summary": "Background jobs that keep a cache of library documentation clean and fresh.",
      "description":
        "On the Unix socket /run/ctx7/api.sock for group ctx7; over TCP on loopback with a bearer token.",
      "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
    ],
    "servers": [["url": "http://127.0.0.1:8707"]],
    "security": [["bearer": []]],
    "paths": paths,
    "components": [
      "schemas": .object(Schemas.all.map { .init($0.key, $0.value.json) }),
      "securitySchemes": ["bearer": ["type": "http", "scheme": "bearer"]],
    ],
  ]

  private static var paths: JSONValue {
    var order: [String] = []
    for endpoint in API.endpoints where !order.contains(endpoint.path) { order.append(endpoint.path) }
    return .object(
      order.map { path in
        let operations = API.endpoints.filter { $0.path == path }
        return .init(path, .object(operations.map { .init($0.method.rawValue.lowercased(), operation($0)) }))
      })
  }

  private static func operation(_ endpoint: Endpoint) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("operationId", .string(endpoint.id)),
      .init("summary", .string(endpoint.summary)),
      .init("description", .string("Needs permission to \(endpoint.permission.rawValue).")),
      .init("parameters", .array(endpoint.parameters.map(\.json))),
    ]
    if endpoint.takesCorrelationID {
      members.append(
        .init(
          "requestBody",
          [
            "description": "The correlation id of the execution; one is made where none is given.",
            "required": false, "content": ["application/json": ["schema": CorrelationID.schema.json]],
          ]))
    }
    members.append(.init("responses", responses(of: endpoint)))
    return .object(members)
  }

  private static func responses(of endpoint: Endpoint) -> JSONValue {
    let success: JSONValue.Member
    switch endpoint.answer {
    case .json(let schema):
      success = .init(
        "200", ["description": "Done.", "content": ["application/json": ["schema": schema.json]]])
    case .text(let mediaType):
      success = .init(
        "200",
        ["description": "Done.", "content": .object([.init(mediaType, ["schema": Schema.string.json])])])
    case .seeOther:
      success = .init("303", ["description": "Done; the page at Location shows it."])
    }
    var failures = endpoint.failures
    failures[400] = "The request is not HTTP/1.1, or its body is no JSON."
    failures[401] = "A token is needed, or the one that came is not known (TCP only)."
    failures[403] = "The caller may not do this, or a page of another site asks."
    failures[422] = "A parameter is not what it may be."
    failures[503] = "The database, systemd or polkit is not there; the detail says what to do."
    if endpoint.takesCorrelationID { failures[413] = "The body is too long." }
    let error = Schema.named("Error").json
    return .object(
      [success]
        + failures.sorted { $0.key < $1.key }.map { status, meaning in
          .init(
            String(status),
            ["description": .string(meaning), "content": ["application/json": ["schema": error]]])
        })
  }
}

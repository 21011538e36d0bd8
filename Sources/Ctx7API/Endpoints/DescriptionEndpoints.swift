internal import Ctx7Model
internal import Hummingbird

/// What the API says about itself.
enum DescriptionEndpoints {
  static let all = [openAPI]

  private static let openAPI = Endpoint(
    id: "get_openapi", method: .get, path: "/openapi.json", summary: "Describe the API: this document.",
    answer: .json(.map(to: .anything))
  ) { _ in
    Response(json: OpenAPIDocument.json)
  }
}

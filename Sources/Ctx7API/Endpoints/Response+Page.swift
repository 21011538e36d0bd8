internal import Ctx7Model
internal import Hummingbird

extension Response {
  /// One page of a list, as `Schema.page` describes it.
  init(
    page name: String, _ values: [JSONValue], total: Int, _ call: Call, with others: [JSONValue.Member] = []
  ) {
    self.init(
      json: .object(
        others + [
          .init(name, .array(values)), .init("count", JSONValue(values.count)),
          .init("total", JSONValue(total)), .init("limit", JSONValue(call.integer("limit"))),
          .init("offset", JSONValue(call.integer("offset"))),
        ]))
  }
}

internal import Ctx7Model
internal import Hummingbird

/// What a browser shows where something cannot be answered, or a button has done nothing.
struct RefusalPage {
  private let refusal: APIError
  private let now: Timestamp

  init(_ refusal: APIError, now: Timestamp) {
    self.refusal = refusal
    self.now = now
  }

  var response: Response {
    let content: HTML = """
      <section><h2>\(refusal.status.reasonPhrase)</h2>
      <p>\(refusal.detail)</p>
      <p><a href="/">To the overview</a></p></section>
      """
    // Its address may be that of a button, which answers to no GET.
    var response = Page(title: "Refused", content: content, now: now, isRenewed: false).response
    response.status = refusal.status
    for field in refusal.headers { response.headers.append(field) }
    return response
  }
}

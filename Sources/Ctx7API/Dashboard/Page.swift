internal import Crypto
internal import Ctx7Model
internal import Foundation
internal import HTTPTypes
internal import Hummingbird

/// One page: the frame around its content.
struct Page {
  let title: String
  let content: HTML
  /// When it was made, in the host's clock.
  let now: Timestamp
  /// Whether a browser loads it anew every now and then.
  var isRenewed = true

  /// Seconds until a browser loads the page anew.
  private static let refresh = 30

  var response: Response {
    var response = Response(text: html.text, type: "text/html; charset=utf-8")
    response.headers[.contentSecurityPolicy] = Self.policy
    return response
  }

  private var html: HTML {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    \(renewal)
    <title>\(title)</title>
    <style>\(Self.style)</style>
    <link rel="icon" href="data:,">
    </head>
    <body>
    <a class="skip" href="#content">Skip to the content</a>
    <header><h1><a href="/">ctx7-jobs</a></h1><span class="soft">\(title)</span></header>
    <main id="content">
    \(content)
    </main>
    <footer>As of \(Moment(now, now: now).absolute)\(isRenewed ? ", renewed every \(Self.refresh) seconds" : "") · <a href="/openapi.json">API</a> · <a href="/metrics">metrics</a></footer>
    </body>
    </html>
    """
  }

  private var renewal: HTML {
    isRenewed ? "<meta http-equiv=\"refresh\" content=\"\(Self.refresh)\">" : ""
  }

  private static let style = HTML(stringLiteral: Stylesheet.text)

  /// No script, nothing from elsewhere; this style and no other, by its hash (https://www.w3.org/TR/CSP3/#csp-sources).
  private static let policy =
    "default-src 'none'; style-src 'sha256-\(Data(SHA256.hash(data: Data(style.text.utf8))).base64EncodedString())'; "
    + "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

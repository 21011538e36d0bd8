internal import Ctx7Systemd
internal import Hummingbird
internal import NIOCore

/// What is known about one request besides the request itself.
struct APIContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The process that connected; nil over TCP.
  var peer: PeerCredentials?
  /// Who asks; set by `AnswerMiddleware`.
  var caller = Caller.nobody

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
  }
}

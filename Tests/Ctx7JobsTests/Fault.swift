import Synchronization
import TestSupport

/// What may come instead of an answer.
enum Fault: CaseIterable {
  case refused, timedOut, unauthorised, missing, unprocessable, tooMany, failed, unavailable, garbage, cut

  var response: LoopbackServer.Response {
    func json(_ status: Int) -> LoopbackServer.Response { .init(status, #"{"error":[{"message":"fault"}]}"#) }
    switch self {
    case .refused:
      var response = LoopbackServer.Response()
      response.isDropped = true
      return response
    case .timedOut: return .init(200, "late", delay: .seconds(60))
    case .unauthorised: return .init(401, #"{"code":401,"message":"fault"}"#)
    case .missing: return .init(404)
    case .unprocessable: return json(422)
    case .tooMany: return .init(429, #"{"errorCode":"USAGE_LIMIT_EXCEEDED","message":"fault"}"#)
    case .failed: return json(500)
    case .unavailable: return json(503)
    case .garbage: return .init(bytes: [0xFF, 0x00, 0xFE])
    case .cut:
      var response = LoopbackServer.Response(200, "a text that ends in the middle")
      response.cutAfter = 9
      return response
    }
  }
}

/// Puts a fault in the place of the answer to the nth request, and to every repetition of that request.
final class FaultInjector: Sendable {
  private struct State {
    var target: Int?
    var fault = Fault.failed
    var count = 0
    var request: LoopbackServer.Request?
    var attempts = 0
  }

  private let state = Mutex(State())

  /// The request that met the fault, and how often it came.
  var met: (request: LoopbackServer.Request, attempts: Int)? {
    state.withLock { state in state.request.map { ($0, state.attempts) } }
  }

  func aim(_ fault: Fault, at target: Int?) {
    state.withLock { $0 = State(target: target, fault: fault) }
  }

  /// Requests since the last aim.
  var count: Int { state.withLock(\.count) }

  func intercept(_ request: LoopbackServer.Request) -> LoopbackServer.Response? {
    state.withLock { state in
      defer { state.count += 1 }
      if state.count == state.target { state.request = request }
      guard let met = state.request, met.path == request.path, met.method == request.method,
        met.body == request.body
      else { return nil }
      state.attempts += 1
      return state.fault.response
    }
  }
}

import Ctx7Jobs
import Ctx7Model
import TestSupport

/// What has to become of a run whose request meets a fault.
struct Expectation {
  let attempts: Int
  /// Of the whole run; nil where it succeeds all the same.
  let errorClass: ErrorClass?
  /// What a health check comes to; nil for every other job.
  var health: HealthCheck.Status?

  init(_ scenario: Scenario, _ request: LoopbackServer.Request, _ fault: Fault, _ target: Int) {
    if scenario == .health {
      self.init(health: request, fault)
    } else {
      self.init(request, fault, target)
    }
  }

  /// How it is now is the question: nothing is asked for twice, and a class that is not there is for the refresh to make.
  private init(health request: LoopbackServer.Request, _ fault: Fault) {
    let isFine =
      switch (request.service, fault) {
      // The body of this answer says nothing.
      case (.weaviate, .garbage): request.path == "/v1/.well-known/ready"
      case (.context7, .missing): true
      default: false
      }
    let isClass = request.path == "/v1/schema/DocumentContent" && fault == .missing
    let isVital = request.service == .weaviate && !isClass
    self.init(1, isVital && !isFine ? .service : nil)
    health = isFine ? .healthy : isVital ? .unhealthy : .degraded
  }

  private init(_ request: LoopbackServer.Request, _ fault: Fault, _ target: Int) {
    let isSearch = request.path.hasPrefix("/api/v2/libs/search")
    switch (request.service, fault) {
    // The text itself may still come.
    case (.context7, .refused), (.context7, .cut), (.context7, .timedOut), (.context7, .failed),
      (.context7, .unavailable):
      self.init(2, isSearch ? nil : Self.transient(fault, .service))
    case (.context7, .unauthorised): self.init(1, .configuration)
    case (.context7, .tooMany): self.init(1, .rateLimit)
    case (.context7, .missing): self.init(1, nil)
    case (.context7, .unprocessable), (.context7, .garbage): self.init(1, isSearch ? nil : .content)

    case (.web, .unauthorised): self.init(1, .notFound)
    case (.web, .missing): self.init(1, nil)
    case (.web, .unprocessable), (.web, .garbage): self.init(1, .content)
    case (.web, .tooMany): self.init(1, .rateLimit)
    case (.web, _): self.init(2, Self.transient(fault, .service))

    // Without a proposal the text is cut without it.
    case (.model, _) where request.path == "/api/chat":
      let isFinal = [.unauthorised, .missing, .unprocessable, .garbage].contains(fault)
      self.init(isFinal ? 1 : 2, nil)
    case (.model, .unauthorised), (.model, .missing), (.model, .unprocessable): self.init(1, .configuration)
    case (.model, .garbage): self.init(1, .service)
    case (.model, .tooMany): self.init(2, .rateLimit)
    case (.model, _): self.init(2, Self.transient(fault, .service))

    case (.weaviate, _): self.init(weaviate: request, fault, target)
    }
  }

  private init(weaviate request: LoopbackServer.Request, _ fault: Fault, _ target: Int) {
    let isPatch = request.method == "PATCH"
    switch fault {
    case .unauthorised, .unprocessable: self.init(1, .configuration)
    case .tooMany: self.init(1, .quota)
    // A chunk that is not there is written anew, a tenant that is not there is made.
    case .missing where isPatch || request.path.contains("/tenants/"): self.init(1, nil)
    // A class that is not there is made, which the server refuses because it is there.
    case .missing where request.method == "GET" && request.path == "/v1/schema/DocumentContent":
      self.init(target == 0 ? 2 : 1, .configuration)
    case .missing: self.init(1, .notFound)
    // The server says that it did what it did not do.
    case .garbage where request.method == "POST" && request.path == "/v1/schema": self.init(1, .configuration)
    case .garbage: self.init(1, .weaviate)
    default: self.init(2, Self.transient(fault, .weaviate))
    }
  }

  private init(_ attempts: Int, _ errorClass: ErrorClass?) {
    self.attempts = attempts
    self.errorClass = errorClass
  }

  private static func transient(_ fault: Fault, _ server: ErrorClass) -> ErrorClass {
    switch fault {
    case .refused, .cut: .connection
    case .timedOut: .timeout
    default: server
    }
  }
}

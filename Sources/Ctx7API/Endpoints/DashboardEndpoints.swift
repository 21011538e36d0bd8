internal import Ctx7Model
internal import HTTPTypes
internal import Hummingbird

/// The dashboard, and the buttons on it.
enum DashboardEndpoints {
  static let all = [overview, job] + actions

  private static let overview = Endpoint(
    id: "show_dashboard", method: .get, path: "/", summary: "Show the dashboard, a page for people.",
    answer: .text(mediaType: "text/html")
  ) { call in
    try Overview(call).page.response
  }

  private static let job = Endpoint(
    id: "show_job", method: .get, path: "/jobs/{job_id}", summary: "Show the page of one job.",
    parameters: [.job], answer: .text(mediaType: "text/html"), failures: [404: "There is no such job."]
  ) { call in
    try JobPage(call).page.response
  }

  /// A button leads to the page of its job, which shows what came of it.
  private static let actions: [Endpoint] = [
    action("execute") { call in
      _ = try await call.service.execute(try call.job(), correlationID: nil, by: call.caller)
    },
    action("enable") { call in _ = try await call.service.enable(try call.job()) },
    action("disable") { call in
      _ = try await call.service.disable(try call.job(), reason: nil, by: call.caller)
    },
  ]

  private static func action(_ name: String, _ act: @escaping @Sendable (Call) async throws -> Void)
    -> Endpoint
  {
    Endpoint(
      id: "press_\(name)", method: .post, path: "/jobs/{job_id}/\(name)",
      summary: "Do what the button of the dashboard says, and lead back to the job's page.",
      permission: .operate,
      parameters: [.job], answer: .seeOther,
      failures: [404: "There is no such job.", 409: "The job is in a state in which this cannot be done."]
    ) { call in
      try await act(call)
      return Response(status: .seeOther, headers: [.location: "/jobs/\(call.text("job_id"))"])
    }
  }
}

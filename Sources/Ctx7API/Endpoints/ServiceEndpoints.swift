internal import Ctx7Executor
internal import Ctx7History
internal import Ctx7Model
internal import Hummingbird

/// The service as a whole.
enum ServiceEndpoints {
  static let all = [health, info, restart, summary, ping]

  private static let health = Endpoint(
    id: "get_health", method: .get, path: "\(API.prefix)/health", summary: "Show how the jobs are doing.",
    answer: .json(
      .object([
        "status": .words(API.healths), "total_jobs": .count, "running_jobs": .count, "queue_size": .count,
        "metrics": .map(to: .named("JobHealth")),
      ]))
  ) { call in
    let report = try HealthReport(call.service)
    return Response(json: [
      "status": .string(report.overall.rawValue), "total_jobs": JSONValue(report.jobs.count),
      "running_jobs": JSONValue(report.running), "queue_size": JSONValue(report.waiting),
      "metrics": report.json,
    ])
  }

  private static let info = Endpoint(
    id: "get_service_info", method: .get, path: "\(API.prefix)/service/info",
    summary: "Show the settings that hold for the whole host.",
    answer: .json(
      .object([
        "service_name": .string, "version": .string, "running": .boolean, "enabled": .boolean,
        "configuration": .object([
          "max_concurrent_jobs": .count, "job_queue_size": .count,
          "scheduler_interval_seconds": .count.orNull, "job_history_retention_days": .count,
          "health_check_interval_seconds": .count.orNull,
        ]),
        "context7_config": .object([
          "ttl_cleanup_batch_size": .count.orNull, "refresh_batch_size": .count.orNull,
          "refresh_threshold_days": .count.orNull, "max_concurrent_workspace_jobs": .count.orNull,
        ]),
      ]))
  ) { call in
    Response(json: ServiceInfo(try call.service.records.history().jobs()).json)
  }

  private static let restart = Endpoint(
    id: "restart_service", method: .post, path: "\(API.prefix)/service/restart",
    summary: "Stop this service once all requests are answered; the next request starts it anew.",
    permission: .operate, answer: .json(.named("Message"))
  ) { call in
    call.service.stop.give()
    return Response(json: ["message": "the service stops now; the next request starts it again"])
  }

  private static let summary = Endpoint(
    id: "get_summary", method: .get, path: "\(API.prefix)/stats/summary", summary: "Count the jobs.",
    answer: .json(
      .object([
        "summary": .object([
          "total_jobs": .count, "enabled_jobs": .count, "disabled_jobs": .count, "running_jobs": .count,
          "overall_health": .words(API.healths),
        ]),
        "job_type_distribution": .map(to: .count),
        "health_details": .map(to: .named("JobHealth")),
        "timestamp": .timestamp,
      ]))
  ) { call in
    let report = try HealthReport(call.service)
    let (total, enabled) = (report.jobs.count, report.enabled)
    let types = Dictionary(grouping: report.jobs, by: \.job.config.work.type.rawValue).sorted {
      $0.key < $1.key
    }
    return Response(json: [
      "summary": [
        "total_jobs": JSONValue(total), "enabled_jobs": JSONValue(enabled),
        "disabled_jobs": JSONValue(total - enabled), "running_jobs": JSONValue(report.running),
        "overall_health": .string(report.overall.rawValue),
      ],
      "job_type_distribution": .object(types.map { .init($0.key, JSONValue($0.value.count)) }),
      "health_details": report.json,
      "timestamp": JSONValue(call.service.now()),
    ])
  }

  private static let ping = Endpoint(
    id: "ping", method: .get, path: "\(API.prefix)/ping", summary: "Answer.",
    answer: .json(
      .object(["status": .constant("ok"), "service": .constant("background-jobs"), "timestamp": .timestamp]))
  ) { call in
    Response(json: [
      "status": "ok", "service": "background-jobs", "timestamp": JSONValue(call.service.now()),
    ])
  }
}

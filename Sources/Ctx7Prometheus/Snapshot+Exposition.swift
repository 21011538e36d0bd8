internal import Ctx7Documents
internal import Ctx7History
internal import Ctx7Model

extension Snapshot {
  /// The snapshot in Prometheus' text format.
  ///
  /// Names and units follow https://prometheus.io/docs/practices/naming.
  public var text: String {
    var exposition = Exposition()
    writeJobs(&exposition)
    writeExecutions(&exposition)
    writeDurations(&exposition)
    writeTimes(&exposition)
    writeDocuments(&exposition)
    return exposition.text
  }

  private func writeJobs(_ to: inout Exposition) {
    to.family("ctx7_job_enabled", .gauge, "Whether the job fires.")
    for job in jobs { to.sample("ctx7_job_enabled", ["job": job.id.rawValue], job.isEnabled ? 1 : 0) }
    if let running {
      to.family("ctx7_job_running", .gauge, "Executions of the job that are under way.")
      for job in jobs { to.sample("ctx7_job_running", ["job": job.id.rawValue], running[job.id] ?? 0) }
    }
    to.family("ctx7_job_consecutive_failures", .gauge, "Attempts that failed since the latest success.")
    for job in jobs {
      to.sample("ctx7_job_consecutive_failures", ["job": job.id.rawValue], job.metrics.consecutiveFailures)
    }
    to.family("ctx7_job_peak_memory_bytes", .gauge, "The most memory that an attempt of the job has used.")
    for job in jobs {
      guard let peak = job.metrics.peakMemoryMB else { continue }
      to.sample("ctx7_job_peak_memory_bytes", ["job": job.id.rawValue], Int(peak * 1_000_000))
    }
    to.family("ctx7_dead_letters", .gauge, "Executions that failed for good and are kept.")
    to.sample("ctx7_dead_letters", [:], deadLetters)
  }

  private func writeExecutions(_ to: inout Exposition) {
    to.family("ctx7_job_executions_total", .counter, "Attempts that have ended, by how.")
    for job in jobs {
      let outcomes: KeyValuePairs = [
        "completed": job.metrics.successfulExecutions,
        "failed": job.metrics.failedExecutions - job.metrics.timedOutExecutions,
        "timed_out": job.metrics.timedOutExecutions,
        "cancelled": job.metrics.cancelledExecutions,
      ]
      for (outcome, count) in outcomes {
        to.sample("ctx7_job_executions_total", ["job": job.id.rawValue, "outcome": outcome], count)
      }
    }
    to.family("ctx7_job_retries_total", .counter, "Attempts that were retries.")
    for job in jobs {
      to.sample("ctx7_job_retries_total", ["job": job.id.rawValue], job.metrics.retriedExecutions)
    }
    to.family(
      "ctx7_job_skipped_firings_total", .counter, "Firings that did nothing, for a reason that is no failure."
    )
    for job in jobs {
      to.sample("ctx7_job_skipped_firings_total", ["job": job.id.rawValue], job.metrics.skippedFirings)
    }
    to.family("ctx7_job_records_total", .counter, "Records that the job worked on, by how it went.")
    for job in jobs {
      let id = job.id.rawValue
      to.sample(
        "ctx7_job_records_total", ["job": id, "outcome": "processed"], job.metrics.totalRecordsProcessed)
      to.sample("ctx7_job_records_total", ["job": id, "outcome": "failed"], job.metrics.totalRecordsFailed)
    }
  }

  private func writeDurations(_ to: inout Exposition) {
    to.family("ctx7_job_duration_seconds", .histogram, "How long the attempts took.")
    for job in jobs {
      let id = job.id.rawValue
      var count = 0
      for (bound, bucket) in zip(DurationHistogram.bounds + [.infinity], job.metrics.durations.counts) {
        count += bucket
        to.sample("ctx7_job_duration_seconds_bucket", ["job": id, "le": Self.bound(bound)], count)
      }
      to.sample("ctx7_job_duration_seconds_sum", ["job": id], job.metrics.durations.sumSeconds)
      to.sample("ctx7_job_duration_seconds_count", ["job": id], count)
    }
  }

  private static func bound(_ seconds: Double) -> String {
    seconds == .infinity ? "+Inf" : seconds == seconds.rounded() ? String(Int(seconds)) : "\(seconds)"
  }

  private func writeTimes(_ to: inout Exposition) {
    let times: [(name: String, help: String, time: (JobMetrics) -> Timestamp?)] = [
      ("execution", "When the latest attempt began.", { $0.lastExecutionAt }),
      ("success", "When the latest success ended.", { $0.lastSuccessAt }),
      ("failure", "When the latest failure ended.", { $0.lastFailureAt }),
    ]
    for (name, help, time) in times {
      let name = "ctx7_job_last_\(name)_timestamp_seconds"
      to.family(name, .gauge, help)
      for job in jobs {
        guard let time = time(job.metrics) else { continue }
        to.sample(name, ["job": job.id.rawValue], Double(time.rawValue) / 1000)
      }
    }
  }

  private func writeDocuments(_ to: inout Exposition) {
    to.family("ctx7_documents", .gauge, "Tracked documents, by how fresh they are.")
    for workspace in workspaces {
      for state in TrackedDocument.State.allCases {
        to.sample(
          "ctx7_documents", ["workspace": workspace.workspace.rawValue, "state": state.rawValue],
          workspace.documents(state))
      }
    }
    to.family("ctx7_document_chunks", .gauge, "Chunks that the documents are kept in.")
    for workspace in workspaces {
      to.sample("ctx7_document_chunks", ["workspace": workspace.workspace.rawValue], workspace.chunks)
    }
    to.family("ctx7_database_size_bytes", .gauge, "The size of a database file.")
    for database in databases {
      to.sample("ctx7_database_size_bytes", ["database": database.name], database.bytes)
    }
  }
}

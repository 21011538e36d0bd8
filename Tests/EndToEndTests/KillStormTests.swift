import Foundation
import TestSupport
import Testing

/// Executions on a real systemd that are killed at random moments by random means: afterwards every one is
/// accounted for.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct KillStormTests {
  private static let jobs = 5
  private static let rounds = Effort.cases(6, prove: 40)

  private static let configuration =
    "max_concurrent_jobs: 6\njobs:\n"
    + (1...jobs).map { number in
      """
        - job_id: storm-\(number)
          job_type: command
          schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
          retry_config: {max_retries: 1, retry_delay_seconds: 1}
          parameters:
            argv: [/bin/sh, -c, "for i in 1 2 3 4 5 6 7 8; do echo '{\\"done\\": '$i'}' >&3; sleep 0.1; done"]
      """
    }.joined(separator: "\n")
      + """

        - job_id: storm-documents
          job_type: document_refresh
          schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
          retry_config: {max_retries: 1, retry_delay_seconds: 1}
          parameters: {minimum_quality_score: 0}
      """

  /// A short watchdog, so that a stall shows, and a short start time-out for one that comes before it is armed.
  private static let dropIn = """
    [Service]
    WatchdogSec=1500ms
    TimeoutStartSec=15s
    TimeoutAbortSec=1s
    TimeoutStopSec=5s
    """

  /// Starts a job, does something bad to it after a random time, and waits until systemd is done with it.
  private static let storm = """
    unit=ctx7-job-storm-$1.service
    main() { systemctl show -P MainPID $unit; }
    invocation() { systemctl show -P InvocationID $unit; }
    # Whether the process catches SIGTERM, bit 14 of the mask, or is gone. One that is asked to end before has not begun.
    hears() {
      local pid=$(main)
      [[ $(systemctl show -P ActiveState $unit) != activating ]] ||
        { ((pid > 0)) && ((0x$(awk '/^SigCgt/ {print $2}' /proc/$pid/status || echo 4000) >> 14 & 1)); }
    }
    # New documents, which are due at once.
    track() {
      for name in $round-{1..3}; do
        seq -f "Widget %g of $name does a thing." 1 400 >/srv/docs/$name.md
        ctx7ctl documents add file:///srv/docs/$name.md --technology widgets --title $name >/dev/null
      done
    }
    for ((round = 0; round < \(rounds); round++)); do
      [[ $1 != documents ]] || track
      before=$(invocation)
      systemctl start --no-block $unit
      # A stop that comes before systemd has begun takes the start back: there is no firing then.
      while [[ $(invocation) == "$before" ]]; do :; done
      sleep 0.0$((RANDOM % 10)); sleep 0.$((RANDOM % 9))
      case $((RANDOM % 6)) in
        0) systemctl kill --signal=KILL $unit ;;
        1) until hears; do :; done; systemctl kill --signal=TERM --kill-whom=main $unit ;;
        2) until hears; do :; done; systemctl stop $unit ;;
        3) systemctl kill --signal=STOP --kill-whom=main $unit ;;
        4) systemctl kill --signal=SEGV --kill-whom=main $unit ;;
        5) pid=$(main); ((pid == 0)) || prlimit --pid $pid --as=1 ;;
      esac 2>/dev/null
      until [[ $(systemctl show -P ActiveState $unit) =~ ^(inactive|failed)$ ]]; do sleep 0.1; done
    done
    """

  private struct Row: Decodable {
    let job_id: String
    let status: String
    let correlation_id: String
    let retry_count: Int
    let error_class: String?
    let error_message: String?

    var line: String { "\(job_id) \(correlation_id) \(retry_count) \(status): \(error_message ?? "")" }
  }

  private struct Job: Decodable {
    struct Metrics: Decodable {
      let total_executions: Int
      let successful_executions: Int
      let failed_executions: Int
      let cancelled_executions: Int
    }

    let job_id: String
    let metrics: Metrics?
  }

  @Test func `after a storm of kills no row is open, the sums are right, and documents are whole`()
    async throws
  {
    try await Machine.boot { machine in
      try await machine.write(Self.configuration, to: "/etc/ctx7/ctx7.yaml")
      try await machine.write(Self.dropIn, to: "/etc/systemd/system/ctx7-job-.service.d/storm.conf")
      try await machine.write(Self.storm, to: "/root/storm")
      try await machine.run("ctx7-units generate")
      try await machine.run(
        "mkdir /srv/docs; for job in {1..\(Self.jobs)} documents; do bash /root/storm $job & done; wait")

      let rows = try JSONDecoder().decode(
        [Row].self, from: Data(try await machine.run("ctx7ctl history --limit 10000 --json").utf8))
      let open = rows.filter { ["pending", "running"].contains($0.status) }
      #expect(open.isEmpty, "\(open)")
      #expect(rows.allSatisfy { ($0.error_class == nil) == ($0.status == "completed") })
      #expect(Set(rows.map { "\($0.correlation_id) \($0.retry_count)" }).count == rows.count)
      let lines = rows.map(\.line).joined(separator: "\n")
      #expect(Set(rows.map(\.correlation_id)).count == (Self.jobs + 1) * Self.rounds, "\(lines)")

      let jobs = try JSONDecoder().decode(
        [Job].self, from: Data(try await machine.run("ctx7ctl status --json").utf8))
      for job in jobs {
        let own = rows.filter { $0.job_id == job.job_id }
        let metrics = try #require(job.metrics)
        #expect(metrics.total_executions == own.count)
        #expect(metrics.successful_executions == own.count { $0.status == "completed" })
        #expect(metrics.failed_executions == own.count { ["failed", "retry"].contains($0.status) })
        #expect(metrics.cancelled_executions == own.count { $0.status == "cancelled" })
      }
      let messages = Set(rows.compactMap(\.error_message)).sorted().joined(separator: "\n")
      if Effort.isProof {
        #expect(messages.contains("killed by signal KILL"), "\(messages)")
        #expect(messages.contains("killed by signal SEGV"), "\(messages)")
        #expect(messages.contains("watchdog"), "\(messages)")
        #expect(messages.contains("stopped by SIGTERM"), "\(messages)")
      }
      try await checkDocuments(machine)
      let check = try await machine.answer("ctx7-job-exec --job storm-1 --json")
      #expect(check.status == 0, "\(check.text)")
    }
  }

  /// One run that nobody disturbs fetches what is missing; then every document has the lines of its file. Chunks overlap,
  /// so lines may come twice.
  private func checkDocuments(_ machine: Machine) async throws {
    let different = try await machine.run(
      """
      systemctl start ctx7-job-storm-documents.service
      ctx7ctl db check >/dev/null
      ctx7ctl documents list --json | python3 -c '
      import json, sys
      for row in json.load(sys.stdin): print(row["content_id"], row["title"])' | while read -r id name; do
        cmp -s <(ctx7ctl documents show $id --text | grep ^Widget | sort -u) <(sort -u /srv/docs/$name.md) ||
          echo "$name differs"
      done
      """)
    #expect(different == "")
  }
}

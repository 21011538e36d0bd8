import Foundation
import TestSupport
import Testing

/// A user's own jobs, under the user's own systemd, without any right of root's.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct UserModeTests {
  private static let configuration = """
    jobs:
      - job_id: often
        job_type: command
        schedule: {seconds: 1}
        parameters: {argv: [/bin/sh, -c, "echo hello from $(id -un)"]}
      - job_id: flaky
        job_type: command
        schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
        retry_config: {max_retries: 1, retry_delay_seconds: 1}
        parameters: {argv: [/bin/sh, -c, "[ $CTX7_RETRY_COUNT = 1 ] || exit 75"]}
      - job_id: slow
        job_type: command
        schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
        parameters: {argv: [/bin/sleep, "600"]}
      - job_id: broken
        job_type: command
        schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
        retry_config: {max_retries: 0}
        parameters: {argv: [/bin/sh, -c, "echo no such library >&2; exit 1"]}
    """

  /// A machine on which the system has jobs too, and alice a systemd of her own; `alice COMMAND…` is hers.
  private func withAlice(_ body: (Machine) async throws -> Void) async throws {
    // On disk, so that she has a journal of her own: who reads only memory's must be in a group.
    let shipped = Project.root + "/systemd/user"
    let units = ["ctx7-api.socket", "ctx7-api.service", "ctx7-resume.service"].flatMap {
      ["--bind", "\(shipped)/\($0):/usr/lib/systemd/user/\($0)"]
    }
    try await withTemporaryDirectory { state in
      try await Machine.boot(units + ["--state", state]) { machine in
        try await machine.write(
          """
          #!/bin/bash
          exec setpriv --reuid=alice --regid=alice --init-groups env -i PATH="$PATH" HOME=/home/alice \\
            USER=alice XDG_RUNTIME_DIR=/run/user/$(id -u alice) "$@"
          """, to: "/usr/local/bin/alice")
        try await machine.run(
          """
          chmod +x /usr/local/bin/alice
          mkdir -p /etc/ctx7; ctx7-units generate >/dev/null
          # That none of the system's fires meanwhile.
          systemctl stop 'ctx7-job-*.timer'
          find /etc /usr/local /var/lib/ctx7 -path '*ctx7*' -printf '%p %T@\\n' | grep -v sqlite | sort >/run/before
          useradd --create-home alice; loginctl enable-linger alice; systemctl start user@$(id -u alice)
          alice ctx7-units init --user
          """)
        let check = try await machine.run("alice ctx7-units check --user")
        #expect(check == "4 jobs, no errors, 0 warnings")
        try await machine.run(
          "alice tee /home/alice/.config/ctx7/ctx7.yaml >/dev/null <<'END'\n\(Self.configuration)\nEND")
        let summary = try await machine.run("alice ctx7-units generate --user")
        #expect(summary == "created 8, updated 0, unchanged 0, removed 0\ntimers: 4 started, 0 stopped")
        try await body(machine)
        let foreign = try await machine.run(
          """
          find /home/alice ! -user alice
          find /etc /usr/local /var/lib/ctx7 -path '*ctx7*' -printf '%p %T@\\n' | grep -v sqlite | sort \\
            | diff /run/before -
          """)
        #expect(foreign == "")
      }
    }
  }

  @Test func `timers fire, and journal and history tell of it`() async throws {
    try await withAlice { machine in
      let timers = try await machine.run("alice systemctl --user list-timers --no-legend 'ctx7-job-*'")
      #expect(timers.split(separator: "\n").count == 4)
      try await machine.wait(
        until: "(( $(alice ctx7ctl history often --user | grep -c ' completed ') >= 2 ))")
      let records = try await machine.run("alice ctx7ctl history often --user --json")
      #expect(!records.contains(#""trigger": "manual""#))
      try await machine.run("journalctl --sync")
      let logs = try await machine.run("alice ctx7ctl logs often --user")
      #expect(logs.contains("hello from alice"))
      #expect(logs.contains("PIPELINE_METRICS: step=job_execution_complete job_id=\"often\""))
      // Threads may not have the priority that they ask for; neither the service nor a person's command tells of it.
      try await machine.run(
        """
        # One at a time: the timer's next would be in the way of hers.
        alice systemctl --user stop ctx7-job-often.timer ctx7-job-often.service
        alice ctx7-job-exec --job often --user; journalctl --sync
        """)
      let everything = try await machine.run("journalctl --output cat")
      #expect(everything.contains("hello from alice") && !everything.contains("priority for worker thread"))
      // Root may read all of the journal; still the logs of the system's jobs are not those of hers.
      #expect(try await machine.answer("ctx7ctl logs often").text.contains("there is no job 'often'"))
      let silent = try await machine.answer("alice ctx7ctl logs slow --user")
      #expect(silent.text.contains("the journal holds nothing of slow"), "\(silent.text)")
    }
  }

  @Test func `a failed attempt is tried again, and a failure is a dead letter and an alert`() async throws {
    try await withAlice { machine in
      let first = try await machine.answer("alice ctx7ctl run flaky --user --wait")
      #expect(first.status == 75)
      try await machine.wait(until: "alice ctx7ctl history flaky --user | grep -q ' completed '")
      let failed = try await machine.answer("alice ctx7ctl run broken --user --follow")
      #expect(failed.status == 70)
      for words in ["step=job_execution_start", "ctx7-job-exec: broken failed"] {
        #expect(failed.text.contains(words), "\(failed.text)")
      }
      #expect(!failed.text.contains("note:"), "\(failed.text)")
      #expect(failed.text.contains("no such library"))
      let health = try await machine.answer("alice ctx7ctl health --user")
      #expect(health.status == 1)
      #expect(health.text.contains("broken  degraded"))
      #expect(try await machine.run("alice ctx7ctl alerts list --user").contains("broken failed"))
      #expect(try await machine.run("alice ctx7ctl dlq list --user").contains("no such library"))
      #expect(try await machine.run("alice ctx7ctl dlq retry 1 --user").contains("broken"))
      try await machine.wait(
        until: "(( $(alice ctx7ctl history broken --user | grep -c ' failed ') == 2 ))")
    }
  }

  @Test func `jobs are cancelled, disabled, enabled and removed`() async throws {
    try await withAlice { machine in
      try await machine.run("alice ctx7ctl run slow --user")
      try await machine.wait(until: "alice ctx7ctl running --user | grep -q ' running '")
      #expect(try await machine.run("alice ctx7ctl cancel slow --user").hasSuffix(" is stopped"))
      #expect(try await machine.run("alice ctx7ctl history slow --user").contains(" cancelled "))
      let timer = "alice systemctl --user is-active ctx7-job-often.timer || true"
      try await machine.run("alice ctx7ctl disable often --user")
      #expect(try await machine.run(timer) == "inactive")
      try await machine.run("alice ctx7ctl enable often --user")
      #expect(try await machine.run(timer) == "active")
      try await machine.wait(until: "alice ctx7ctl history often --user | grep -q ' completed '")
      #expect(try await machine.run("alice ctx7-units diff --user") == "")
      #expect(try await machine.run("alice ctx7-units remove --user") == "removed 8")
      let left = try await machine.run(
        """
        ls /home/alice/.config/systemd/user
        alice systemctl --user list-units --all --no-legend 'ctx7-job-*'
        alice systemctl --user --failed --no-legend
        alice ctx7ctl history often --user | grep -q ' completed '
        """)
      #expect(left == "")
    }
  }

  @Test func `what the end of her systemd interrupted is resumed by its next start`() async throws {
    try await withAlice { machine in
      try await machine.run(
        "alice systemctl --user --quiet enable ctx7-resume.service; alice ctx7ctl run slow --user")
      try await machine.wait(until: "alice ctx7ctl running --user | grep -q ' running '")
      try await machine.run("systemctl restart user@$(id -u alice).service")
      try await machine.wait(until: "alice ctx7ctl running --user | grep -q ' running .*slow_resumed_0'")
      let history = try await machine.run(
        "alice ctx7ctl cancel slow --user; alice ctx7ctl history slow --user")
      #expect(history.contains("interrupted"), "\(history)")
    }
  }

  @Test func `the API is hers alone`() async throws {
    try await withAlice { machine in
      let answer = try await machine.run(
        """
        alice systemctl --user enable --quiet --now ctx7-api.socket
        socket=/run/user/$(id -u alice)/ctx7/api.sock
        alice curl -sS --unix-socket $socket -X POST \
          http://ctx7/api/v1/background-jobs/jobs/flaky/execute -w ' %{http_code}'
        stat -c '%A %U' $socket
        """)
      #expect(answer.contains("\"job_id\":\"flaky\""), "\(answer)")
      #expect(answer.hasSuffix(" 200srw------- alice"), "\(answer)")
      try await machine.wait(until: "alice ctx7ctl history flaky --user | grep -q flaky_")
    }
  }

  @Test func `a secret in a file of the user's reaches the job`() async throws {
    try await withAlice { machine in
      try await machine.run(
        """
        alice mkdir -m 700 /home/alice/.config/ctx7/credentials
        echo sk-alice | alice tee /home/alice/.config/ctx7/credentials/weaviate-api-key >/dev/null
        sed -i 's|/bin/sleep, "600"|/bin/sh, -c, "sha256sum < $CREDENTIALS_DIRECTORY/weaviate-api-key"|' \\
          /home/alice/.config/ctx7/ctx7.yaml
        alice ctx7-units generate --user >/dev/null
        alice ctx7ctl run slow --user --wait
        alice ctx7ctl history slow --user --json | grep -q "$(echo sk-alice | sha256sum)"
        """)
      #expect(try await machine.run("alice ctx7ctl health --user").contains("weaviate-api-key  plain  yes"))
    }
  }
}

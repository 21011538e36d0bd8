import Foundation
import TestSupport
import Testing

/// The API on a systemd that runs: started by its socket, acting through polkit.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct APITests {
  /// A machine with the API's units, two jobs, a user `member` in group ctx7 and a user `stranger` who is not.
  func withAPI(_ body: (Machine) async throws -> Void) async throws {
    let shipped = Project.root + "/systemd"
    let units = ["ctx7-api.service", "ctx7-api.socket", "ctx7-api-tcp.socket"].flatMap {
      ["--bind", "\(shipped)/\($0):/usr/lib/systemd/system/\($0)"]
    }
    let rule = ["--bind", "\(shipped)/50-ctx7.rules:/usr/share/polkit-1/rules.d/50-ctx7.rules"]
    try await Machine.boot(units + rule) { machine in
      try await machine.write(
        """
        fetch: {allow_private_hosts: true}
        jobs:
          - job_id: tidy
            job_type: maintenance
            schedule: {schedule_type: cron, cron_expression: "0 3 * * 0"}
          - job_id: slow
            job_type: document_refresh
            schedule: {schedule_type: cron, cron_expression: "0 4 * * 0"}
        """, to: "/etc/ctx7/ctx7.yaml")
      try await machine.write(
        """
        #!/bin/bash
        # api USER METHOD PATH: the status, then the body
        setpriv --reuid "$1" --regid "$1" --init-groups -- curl -sS -m 20 -X "$2" -w ' %{http_code}' \
          --unix-socket /run/ctx7/api.sock "http://ctx7/api/v1/background-jobs$3" "${@:4}" 2>&1
        """, to: "/usr/local/bin/api")
      try await machine.run(
        """
        chmod +x /usr/local/bin/api
        printf 'u member -\\nm member ctx7\\nu stranger -\\n' | systemd-sysusers -
        ctx7-units generate >/dev/null
        systemctl start ctx7-api.socket
        """)
      try await body(machine)
    }
  }

  @Test func `the socket starts it, members and root get in, others do not`() async throws {
    try await withAPI { machine in
      #expect(try await machine.answer("systemctl is-active ctx7-api.service").text == "inactive")
      for user in ["root", "member", "ctx7"] {
        #expect(try await machine.run("api \(user) GET /jobs/tidy").hasSuffix(" 200"), "\(user)")
      }
      let refused = try await machine.answer("api stranger GET /ping")
      #expect(refused.text.contains("Failed to connect") || refused.text.contains("Couldn't connect"))
      let mode = try await machine.run("stat -c '%A %U:%G' /run/ctx7/api.sock /run/ctx7")
      #expect(mode == "srw-rw---- root:ctx7\ndrwxr-xr-x root:root")
      // Where somebody has opened the socket to all, the service itself still knows whom it serves.
      try await machine.run("chmod 0666 /run/ctx7/api.sock")
      #expect(try await machine.run("api stranger GET /ping").contains("is not in the group"))
      try await machine.run("journalctl --sync")
      let log = try await machine.run("journalctl -t ctx7-api -o cat")
      #expect(log.contains("GET \"/api/v1/background-jobs/jobs/tidy\" 200"))
      #expect(log.contains("uid=0"))
    }
  }

  @Test func `execute runs the job under the ids that were told`() async throws {
    try await withAPI { machine in
      let answer = try await machine.run(
        #"api member POST /jobs/tidy/execute -d '"ticket-4711"' | tee /run/answer"#)
      #expect(answer.hasSuffix(" 200"))
      #expect(answer.contains(#""correlation_id":"ticket-4711""#))
      try await machine.run("grep -o 'tidy_[0-9a-f]*' /run/answer | head -1 >/run/id")
      try await machine.wait(
        until: "api member GET /executions/$(cat /run/id) | grep -q '\"status\":\"completed\"'")
      let execution = try await machine.run("api member GET /executions/$(cat /run/id)")
      #expect(execution.contains(#""correlation_id":"ticket-4711""#))
      #expect(execution.contains(#""trigger":"manual""#))
    }
  }

  @Test func `a job that runs is not started again, and shows how far it is`() async throws {
    try await withAPI { machine in
      try await machine.run(
        """
        systemd-run --quiet --unit=slow-server --socket-property=ListenStream=127.0.0.1:8099 sleep 600
        ctx7ctl documents add http://127.0.0.1:8099/llms.txt --technology slow
        api member POST /jobs/slow/execute
        """)
      try await machine.wait(until: "api member GET /executions/running | grep -q 'status_text\":\"[^\"]'")
      let running = try await machine.run("api member GET /executions/running")
      #expect(running.contains(#""count":1"#))
      let again = try await machine.run("api member POST /jobs/slow/execute")
      #expect(again.hasSuffix(" 409"))
      let page = try await machine.run("curl -sS --unix-socket /run/ctx7/api.sock http://ctx7/")
      #expect(page.contains("slow-docs"))
    }
  }

  @Test func `disable stops the timer and enable brings it back`() async throws {
    try await withAPI { machine in
      #expect(try await machine.run("api member POST /jobs/tidy/disable").contains("is disabled"))
      #expect(try await machine.answer("systemctl is-active ctx7-job-tidy.timer").text == "inactive")
      #expect(try await machine.run("api member GET /jobs/tidy").contains(#""enabled":false"#))
      #expect(try await machine.run("cat /var/lib/ctx7/disabled/tidy") == "by member")
      let status = try await machine.run("ctx7ctl status")
      #expect(status.contains(" off: by member "), "\(status)")
      let again = try await machine.run("ctx7ctl disable tidy")
      #expect(again.contains("tidy is switched off, its timer did not run"), "\(again)")
      #expect(try await machine.run("api member POST /jobs/tidy/enable").contains("is enabled"))
      #expect(try await machine.run("systemctl is-active ctx7-job-tidy.timer") == "active")
      let fired = try await machine.run("ctx7ctl history tidy")
      #expect(fired.hasPrefix("no executions yet"))
    }
  }

  @Test func `polkit allows user ctx7 to start and stop jobs, and nothing else`() async throws {
    try await withAPI { machine in
      try await machine.run("systemctl stop ctx7-job-tidy.timer")
      let asUser = "setpriv --reuid ctx7 --regid ctx7 --init-groups -- systemctl --no-ask-password"
      for allowed in [
        "start ctx7-job-tidy.service", "start ctx7-job-tidy.timer", "stop ctx7-job-tidy.timer",
      ] {
        try await machine.run("\(asUser) \(allowed)")
      }
      for forbidden in [
        "restart ctx7-job-tidy.service", "set-property --runtime ctx7-job-tidy.service CPUQuota=10%",
        "kill ctx7-job-tidy.service", "start ctx7-api-tcp.socket", "stop systemd-journald.service",
        "start ctx7-job-tidy.service.d", "daemon-reload", "enable ctx7-job-tidy.timer",
        "reset-failed ctx7-job-tidy.service",
        "start rescue.target", "mask ctx7-job-tidy.timer",
      ] {
        let answer = try await machine.answer("\(asUser) \(forbidden)")
        #expect(answer.status != 0, "\(forbidden)")
      }
      let stranger = try await machine.answer(
        "setpriv --reuid member --regid member --init-groups -- systemctl --no-ask-password start ctx7-job-tidy.service"
      )
      #expect(stranger.status != 0)
    }
  }

  @Test func `without polkit the answer says what is missing`() async throws {
    try await withAPI { machine in
      try await machine.run("systemctl mask --runtime --now polkit.service")
      let answer = try await machine.run("api member POST /jobs/tidy/execute")
      #expect(answer.hasSuffix(" 503"))
      #expect(answer.contains("polkit"))
      #expect(try await machine.run("api member GET /jobs/tidy").hasSuffix(" 200"))
    }
  }

  @Test func `no request is lost when it stops and starts under load`() async throws {
    try await withAPI { machine in
      let result = try await machine.run(
        """
        load() {
          for ((i = 0; i < 120; i++)); do
            answer=$(api root GET /ping)
            [[ $answer == *' 200' ]] || echo "lost: $answer"
          done
        }
        load >/run/one & load >/run/two &
        for ((i = 0; i < 6; i++)); do sleep 0.4; systemctl stop ctx7-api.service; done
        for ((i = 0; i < 4; i++)); do sleep 0.3; api root POST /service/restart >/dev/null; done
        wait
        cat /run/one /run/two; systemctl is-failed ctx7-api.service ctx7-api.socket || true
        """)
      #expect(!result.contains("lost"))
      #expect(!result.contains("failed"))
    }
  }

  @Test func `over TCP it wants the tokens of the credential`() async throws {
    try await withAPI { machine in
      try await machine.run(
        """
        install -d -m 0700 /etc/ctx7/credentials
        echo 'read 0123456789abcdef0123456789abcdef prometheus' >/etc/ctx7/credentials/api-tokens
        chmod 0600 /etc/ctx7/credentials/api-tokens
        systemctl start ctx7-api-tcp.socket
        """)
      let refused = try await machine.run("curl -sS -w ' %{http_code}' http://127.0.0.1:8707/metrics")
      #expect(refused.hasSuffix(" 401"))
      let metrics = try await machine.run(
        "curl -sS -H 'Authorization: Bearer 0123456789abcdef0123456789abcdef' http://127.0.0.1:8707/metrics")
      #expect(metrics.contains("ctx7_job_enabled{job=\"tidy\"} 1"))
      try await machine.run("journalctl --sync")
      let log = try await machine.run("journalctl -t ctx7-api -o cat; ps ax; systemctl show ctx7-api.service")
      #expect(log.contains("token=prometheus"))
      #expect(!log.contains("0123456789abcdef"))
    }
  }

  @Test func `every verb of ctx7ctl serves members and root, and says to others what they lack`() async throws
  {
    try await withAPI { machine in
      try await machine.run(
        "ctx7-job-exec --job tidy >/dev/null 2>&1; ctx7ctl history tidy --json >/run/history")
      try await machine.run("grep -o 'tidy_[0-9a-f]*' /run/history | head -1 >/run/id")
      let verbs = [
        "status", "status --json --utc", "history", "history tidy --json", "running", "running --json",
        "show $(cat /run/id)", "show $(cat /run/id) --json", "metrics", "metrics tidy --json", "logs tidy",
        "documents list", "db check", "db check --json", "db backup /tmp/backup-$user", "prometheus metrics",
        "run tidy --wait", "run tidy --wait --json",
      ]
      try await machine.run("ctx7ctl documents add https://example.org/llms.txt --technology x >/dev/null")
      for user in ["root", "member"] {
        for verb in verbs {
          let answer = try await machine.answer(
            "user=\(user); setpriv --reuid $user --regid $user --init-groups -- ctx7ctl \(verb)")
          #expect(answer.status == 0, "\(user): \(verb)")
        }
      }
      for verb in verbs where !verb.hasPrefix("logs") {
        let answer = try await machine.answer(
          "user=stranger; setpriv --reuid $user --regid $user --init-groups -- ctx7ctl \(verb)")
        #expect(answer.status == 74, "\(verb)")
        #expect(answer.text.contains("permission denied"), "\(verb)")
      }
      let owners = try await machine.run("find /var/lib/ctx7 ! -user ctx7")
      #expect(owners == "")
      let log = try await machine.run("journalctl --sync; ctx7ctl logs tidy -n 200")
      #expect(log.contains("ctx7-job-exec: tidy completed"))
      let followed = try await machine.run("ctx7ctl run tidy --follow 2>&1")
      #expect(followed.contains("step=job_execution_complete"))
    }
  }

  @Test func `what a member may not do itself, ctx7ctl has the API do`() async throws {
    try await withAPI { machine in
      try await machine.write(
        "#!/bin/bash\nsetpriv --reuid member --regid member --init-groups -- ctx7ctl \"$@\"\n",
        to: "/usr/local/bin/as-member")
      try await machine.run(
        """
        chmod +x /usr/local/bin/as-member
        systemd-run --quiet --unit=slow-server --socket-property=ListenStream=127.0.0.1:8099 sleep 600
        ctx7ctl documents add http://127.0.0.1:8099/llms.txt --technology slow
        as-member run slow
        """)
      try await machine.wait(until: "as-member running | grep -q slow_")
      #expect(try await machine.run("as-member cancel slow").hasSuffix(" is stopped"))
      #expect(try await machine.run("as-member history slow").contains("cancelled"))
      #expect(
        try await machine.run("as-member cancel slow") == "nothing of slow runs or waits for a retry")

      try await machine.run("as-member disable tidy --reason 'spring cleaning & more'")
      #expect(try await machine.run("cat /var/lib/ctx7/disabled/tidy") == "spring cleaning & more")
      #expect(try await machine.run("as-member disable tidy").contains("disabled already"))
      #expect(try await machine.run("as-member status").contains("spring cleaning & more"))
      #expect(try await machine.run("as-member enable tidy").contains("is enabled"))

      for command in ["ctx7ctl documents add /a/b", "ctx7ctl db prune", "ctx7-job-exec --job tidy"] {
        let refused = try await machine.answer(
          "setpriv --reuid member --regid member --init-groups -- \(command)")
        #expect(refused.status == 77, "\(command)")
        #expect(
          refused.text.contains("only root and the owner of /var/lib/ctx7 may do this"), "\(refused.text)")
      }

      try await machine.run("systemctl stop slow-server.socket slow-server.service")
      for _ in 1...2 { _ = try await machine.answer("ctx7-job-exec --job slow --retry none") }
      #expect(try await machine.run("as-member dlq purge 1") == "dead letter 1 is deleted")
      let none = try await machine.run("as-member dlq purge --job slow --older-than 1")
      #expect(none == "0 dead letters deleted")
      #expect(try await machine.run("as-member dlq purge --all") == "1 dead letter deleted")

      let unheard = try await machine.answer(
        "systemctl stop ctx7-api.socket ctx7-api.service; as-member enable tidy 2>&1")
      #expect(unheard.text.contains("no API answers at /run/ctx7/api.sock"), "\(unheard.text)")
      #expect(unheard.text.contains("systemctl start ctx7-api.socket"))
      #expect(!unheard.text.contains("errno"))
    }
  }

  @Test func `the text file for node_exporter is renewed by every execution`() async throws {
    try await withAPI { machine in
      try await machine.run(
        """
        install -d -o ctx7 -g ctx7 -m 0755 /var/lib/prometheus/node-exporter
        printf '\nprometheus: {textfile: /var/lib/prometheus/node-exporter/ctx7.prom}\n' >>/etc/ctx7/ctx7.yaml
        ctx7-units generate >/dev/null
        systemctl start ctx7-job-tidy.service
        """)
      let file = try await machine.run("cat /var/lib/prometheus/node-exporter/ctx7.prom")
      #expect(file.contains(#"ctx7_job_executions_total{job="tidy",outcome="completed"} 1"#))
      #expect(!file.contains("ctx7_job_running"))
      let mode = try await machine.run("stat -c '%A %U' /var/lib/prometheus/node-exporter/*")
      #expect(mode == "-rw-r--r-- ctx7")
    }
  }

  @Test func `the unit is as confined as it can be`() async throws {
    try await withAPI { machine in
      try await machine.run("systemd-analyze security --no-pager --threshold=15 ctx7-api.service >/dev/null")
      let verified = try await machine.run(
        "systemd-analyze verify --man=no ctx7-api.service ctx7-api-tcp.socket 2>&1")
      #expect(verified == "")
    }
  }
}

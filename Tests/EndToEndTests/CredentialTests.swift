import TestSupport
import Testing

/// Keys of services on a systemd that runs.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct CredentialTests {
  @Test func `a key that only root may read is passed to the unit, and is in no file of ours`() async throws {
    try await Machine.boot { machine in
      try await machine.write("sk-very-secret", to: "/etc/ctx7/credentials/weaviate-api-key")
      try await machine.run(
        "chmod 700 /etc/ctx7/credentials; chmod 600 /etc/ctx7/credentials/*; ctx7-units generate")
      let unit = try await machine.run("systemctl cat ctx7-job-health-check.service")
      #expect(unit.contains("LoadCredential=weaviate-api-key:/etc/ctx7/credentials/weaviate-api-key"))
      #expect(!unit.contains("context7-api-key"))
      let ended = try await machine.run(
        """
        systemctl start ctx7-job-health-check.service
        systemctl show -P Result -P ExecMainStatus ctx7-job-health-check.service
        """)
      #expect(ended.hasPrefix("success"))
      let found = try await machine.answer(
        "grep -rl sk-very-secret /var/lib/ctx7 /usr/local/lib/systemd /run/log /var/log 2>/dev/null")
      #expect(found.text == "")
      // Without the file the unit would not start: generating it anew takes the line out.
      let gone = try await machine.run(
        "rm /etc/ctx7/credentials/weaviate-api-key; ctx7-units generate; systemctl cat ctx7-job-health-check.service"
      )
      #expect(!gone.contains("LoadCredential"))
    }
  }

  @Test func `address and key of a webhook reach the unit that alerts by it, and are in no file of ours`()
    async throws
  {
    try await Machine.boot { machine in
      try await machine.write(
        """
        alerts:
          sinks: [{name: ops, type: webhook, url_credential: hook-url, secret_credential: hook-key}]
        jobs:
          - job_id: failing
            job_type: command
            schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
            retry_config: {max_retries: 0}
            parameters: {argv: [/bin/false]}
        """, to: "/etc/ctx7/ctx7.yaml")
      try await machine.write("http://127.0.0.1:8098/T0-secret", to: "/etc/ctx7/credentials/hook-url")
      try await machine.write("key", to: "/etc/ctx7/credentials/hook-key")
      try await machine.write(
        """
        import http.server
        class Hook(http.server.BaseHTTPRequestHandler):
            log_message = lambda *_: None       # it would name the address in the journal
            def do_POST(self):
                self.send_response(204)
                self.end_headers()
                print(self.path, self.headers['X-Ctx7-Signature'], file=open('/run/heard', 'w'))
        http.server.HTTPServer(('127.0.0.1', 8098), Hook).serve_forever()
        """, to: "/srv/hook.py")
      try await machine.run(
        "chmod -R go= /etc/ctx7/credentials; systemd-run --quiet python3 /srv/hook.py; ctx7-units generate")
      try await machine.wait(until: "(exec 3<>/dev/tcp/127.0.0.1/8098) 2>/dev/null")
      try await machine.run("systemctl start ctx7-job-failing.service || true")
      let heard = try await machine.run("cat /run/heard")
      #expect(heard.hasPrefix("/T0-secret sha256="))
      let found = try await machine.answer(
        "grep -rl T0-secret /var/lib/ctx7 /usr/local/lib/systemd /run/log /var/log 2>/dev/null")
      #expect(found.text == "")
    }
  }
}

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
          sinks:
            - {name: ops, type: webhook, url_credential: hook-url, secret_credential: hook-key}
            - name: who
              type: command
              argv: [/bin/sh, -c, "id -un >/var/lib/ctx7/who"]
              minimum_severity: critical
        jobs:
          - job_id: failing
            job_type: command
            schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
            retry_config: {max_retries: 0}
            parameters: {argv: [/bin/false]}
          - job_id: sleeping
            job_type: command
            schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
            retry_config: {max_retries: 0}
            parameters: {argv: [/bin/sleep, "600"]}
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
      // The process that settles a killed execution may see no credentials: the next execution sends its alert.
      try await machine.run("rm /run/heard; systemctl start --no-block ctx7-job-sleeping.service")
      try await machine.wait(until: "ctx7ctl running --json | grep -q sleeping")
      try await machine.run("systemctl kill -s KILL --kill-whom=main ctx7-job-sleeping.service")
      try await machine.wait(until: "systemctl is-failed --quiet ctx7-job-sleeping.service")
      try await machine.run("systemctl start ctx7-job-failing.service || true")
      #expect(try await machine.run("cat /run/heard").hasPrefix("/T0-secret sha256="))
      // By hand as well, where root becomes the user of the jobs first; the third failure is critical, and told again.
      try await machine.run("rm /run/heard; ctx7-job-exec --job failing || true")
      #expect(try await machine.run("cat /run/heard").hasPrefix("/T0-secret sha256="))
      #expect(try await machine.run("cat /var/lib/ctx7/who") == "ctx7")
      try await machine.run(
        "rm /run/heard /var/lib/ctx7/who; for sink in ops who; do ctx7ctl alerts test $sink; done")
      #expect(try await machine.run("cat /run/heard").hasPrefix("/T0-secret sha256="))
      #expect(try await machine.run("cat /var/lib/ctx7/who") == "ctx7")
      let found = try await machine.answer(
        "grep -rl T0-secret /var/lib/ctx7 /usr/local/lib/systemd /run/log /var/log 2>/dev/null")
      #expect(found.text == "")
    }
  }

  /// A machine with a job that shows the digest of a secret which only an encrypted file holds.
  private func withEncryptedKey(_ body: (Machine) async throws -> Void) async throws {
    try await Machine.boot { machine in
      try await machine.write(
        """
        jobs:
          - job_id: digest
            job_type: command
            schedule: {schedule_type: cron, cron_expression: "0 3 1 1 *"}
            parameters:
              argv: [/bin/sh, -c, "sha256sum < $CREDENTIALS_DIRECTORY/weaviate-api-key"]
        """, to: "/etc/ctx7/ctx7.yaml")
      try await machine.run(
        """
        mkdir -m 700 /etc/ctx7/credentials /etc/ctx7/credentials.encrypted
        printf %s sk-very-secret | systemd-creds encrypt --with-key=host - \
          /etc/ctx7/credentials.encrypted/weaviate-api-key
        ctx7-units generate
        """)
      try await body(machine)
    }
  }

  @Test func `an encrypted key is decrypted for the job alone`() async throws {
    try await withEncryptedKey { machine in
      let unit = try await machine.run("systemctl cat ctx7-job-digest.service")
      #expect(
        unit.contains(
          "LoadCredentialEncrypted=weaviate-api-key:/etc/ctx7/credentials.encrypted/weaviate-api-key"))
      let shown = try await machine.run(
        """
        systemctl start ctx7-job-digest.service
        ctx7ctl history digest --json | grep -c "$(printf %s sk-very-secret | sha256sum)"
        """)
      #expect(shown == "1")
      let found = try await machine.answer(
        "grep -rl sk-very-secret /etc /var/lib /usr/local/lib /run/log /var/log 2>/dev/null")
      #expect(found.text == "")
    }
  }

  @Test func `health says which keys are there, to whom may know it, and never shows one`() async throws {
    try await withEncryptedKey { machine in
      let health = try await machine.run("ctx7ctl health")
      #expect(health.contains("weaviate-api-key  encrypted  yes"), "\(health)")
      #expect(health.contains("openai-api-key    none       no"), "\(health)")
      try await machine.run("printf %s sk-other >/etc/ctx7/credentials/openai-api-key")
      let added = try await machine.run("ctx7ctl health")
      #expect(added.contains("openai-api-key    plain      no"), "\(added)")
      #expect(added.contains("credential openai-api-key is not in the units; 'ctx7-units generate'"))
      #expect(!added.contains("sk-"))
      #expect(!added.contains("api-tokens"))
      let tokens = try await machine.run("echo '#' >/etc/ctx7/credentials/api-tokens; ctx7ctl health")
      #expect(tokens.contains(/api-tokens +plain +yes/), "\(tokens)")
      #expect(!tokens.contains("credential api-tokens is not in the units"))
      let member = try await machine.run(
        """
        printf 'u member -\\nm member ctx7\\n' | systemd-sysusers -
        setpriv --reuid member --regid member --init-groups ctx7ctl health
        setpriv --reuid member --regid member --init-groups ctx7-units diff 2>/dev/null && echo same
        """)
      #expect(member.contains("weaviate-api-key  not visible to you  yes"), "\(member)")
      #expect(member.hasSuffix("same"), "\(member)")
      let json = try await machine.run("ctx7ctl health --json")
      #expect(json.contains("\"file\": \"encrypted\""))
    }
  }

  @Test func `a key that is gone or cannot be decrypted fails the execution with that reason`() async throws {
    try await withEncryptedKey { machine in
      for damage in ["echo damaged >", "rm "] {
        let ended = try await machine.answer(
          """
          \(damage)/etc/ctx7/credentials.encrypted/weaviate-api-key
          systemctl start ctx7-job-digest.service
          systemctl show -P ExecMainStatus ctx7-job-digest.service
          ctx7ctl history digest
          """)
        #expect(ended.text.contains("\n243\n"), "\(ended.text)")
        #expect(ended.text.contains("is missing or cannot be decrypted (243/CREDENTIALS)"), "\(ended.text)")
      }
      let health = try await machine.answer("ctx7ctl health")
      #expect(health.text.contains("weaviate-api-key is gone, but the units load it"), "\(health.text)")
      #expect(health.status == 1 || health.status == 2)
    }
  }

  @Test func `a key that is there twice is refused`() async throws {
    try await withEncryptedKey { machine in
      let refused = try await machine.answer(
        "echo sk-other >/etc/ctx7/credentials/weaviate-api-key; ctx7-units generate")
      #expect(refused.status == 78)
      #expect(refused.text.contains("are both there"))
      #expect(refused.text.contains("hint: remove the one that is not to be used"))
    }
  }
}

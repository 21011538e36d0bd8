import TestSupport
import Testing

/// The package as its first user meets it, by the commands of README and manual pages alone.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct NewcomerTests {
  /// A web server that answers with a document, or with 500 while /srv/broken is there.
  private static let server = """
    cat >/etc/systemd/system/docs.socket <<'END'
    [Socket]
    ListenStream=127.0.0.1:8099
    Accept=yes
    END
    cat >/etc/systemd/system/docs@.service <<'END'
    [Service]
    StandardInput=socket
    ExecStart=-/bin/bash /srv/answer
    END
    cat >/srv/answer <<'END'
    while IFS= read -r line && [[ $line != $'\\r' ]]; do :; done
    status='200 OK' body='# Widgets\n\nA widget is a thing that does what it is told.\n'
    [[ ! -e /srv/broken ]] || status='500 Broken' body=''
    printf 'HTTP/1.1 %s\\r\\nContent-Type: text/markdown\\r\\nContent-Length: %s\\r\\nConnection: close\\r\\n\\r\\n%s' \\
      "$status" ${#body} "$body"
    END
    systemctl daemon-reload; systemctl start docs.socket
    """

  private static let job = """
    jobs:
      - job_id: docs
        job_type: document_refresh
        schedule: {seconds: 3}
        retry_config: {max_retries: 1, retry_delay_seconds: 1}
        parameters: {threshold_days: 3650, skip_recent_updates: false, minimum_quality_score: 0}
    """

  @Test(arguments: DebianRelease.tested)
  func `a source breaks: alert, dead letter; it is mended: the retry succeeds`(release: DebianRelease)
    async throws
  {
    try await release.withInstalled { machine in
      try await machine.run(Self.server)
      try await machine.write(Self.job, to: "/etc/ctx7/jobs.d/docs.yaml")
      try await machine.run(
        "printf 'fetch:\\n  allow_private_hosts: true\\n  retries: 0\\n' >>/etc/ctx7/ctx7.yaml")
      #expect(try await machine.run("ctx7-units check").hasPrefix("5 jobs, no errors"))
      try await machine.run("ctx7-units generate")
      try await machine.run("ctx7ctl documents add http://127.0.0.1:8099/llms.txt --technology widgets")
      try await machine.wait(
        until: "(( $(ctx7ctl history docs --json | grep -c '\"status\": \"completed\"') >= 2 ))")
      #expect(try await machine.run("ctx7ctl documents search told").contains("widget"))
      #expect(try await machine.run("ctx7ctl health docs; ctx7ctl dlq list").hasSuffix("no dead letters"))

      try await machine.run("touch /srv/broken")
      try await machine.wait(until: "ctx7ctl dlq list | grep -q docs")
      let alerts = try await machine.run("ctx7ctl alerts list")
      #expect(alerts.contains("job_failure"))
      #expect(alerts.contains("docs failed"))
      try await machine.run(
        "journalctl --sync; journalctl -o cat -g 'alert job_failure: docs failed' | grep -q 500")
      let health = try await machine.answer("ctx7ctl health docs")
      #expect(health.status == 1 || health.status == 2)
      #expect(health.text.contains("HTTP 500"))
      let letter = try await machine.run("ctx7ctl dlq show 1")
      #expect(letter.contains("HTTP 500"))
      #expect(
        try await machine.run("ctx7ctl documents search told").contains("widget"), "the old content stays")

      try await machine.run("rm /srv/broken; ctx7ctl disable docs")
      // The last firing may still wait for its retry.
      try await machine.wait(until: "ctx7ctl dlq retry 1 >/run/retry 2>&1")
      try await machine.wait(
        until: "ctx7ctl show $(grep -o 'docs_[0-9a-f]*' /run/retry) | grep -q '^status  *completed'")
      let mended = try await machine.answer("ctx7ctl enable docs; ctx7ctl health docs")
      // A busy machine may have been slow for once.
      #expect(mended.status == 0 || mended.text.contains("on average"), "\(mended.text)")
    }
  }
}

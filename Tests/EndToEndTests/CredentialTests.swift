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
}

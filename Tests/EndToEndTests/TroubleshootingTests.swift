import TestSupport
import Testing

/// The symptoms of ctx7(7), "TROUBLESHOOTING", that no other test shows; `ManualTests` holds that section against the tests.
@Suite(.enabled(if: Machine.unavailable == nil, Comment(rawValue: Machine.unavailable ?? "")))
struct TroubleshootingTests {
  private static let twoJobs = """
    jobs:
      - job_id: tidy
        job_type: maintenance
        schedule: {hours: 1}
      - job_id: idle
        enabled: false
        job_type: maintenance
        schedule: {hours: 1}
    """

  @Test func `who may not, or has nobody to run jobs as, is told what to do`() async throws {
    try await Machine.boot { machine in
      try await machine.write(Self.twoJobs, to: "/etc/ctx7/ctx7.yaml")
      let stranger = "setpriv --reuid nobody --clear-groups"
      let change = try await machine.answer("\(stranger) ctx7-units generate")
      #expect(change.status == 77)
      #expect(change.text.contains("only root may change the system's units"))
      #expect(change.text.contains("hint: run it with sudo, or with --user"))
      try await machine.run("ctx7-units generate")
      let look = try await machine.answer("\(stranger) ctx7ctl history")
      #expect(look.status == 74)
      #expect(look.text.contains("members of the group of its folder may read it"))
      let nobody = try await machine.answer("rm -r /var/lib/ctx7; userdel ctx7; ctx7-units generate")
      #expect(nobody.status == 78)
      #expect(nobody.text.contains("there is no user 'ctx7'"))
      #expect(nobody.text.contains("systemd-sysusers"))
    }
  }

  @Test func `a run by hand says that the timer does not know the configuration yet`() async throws {
    try await Machine.boot { machine in
      try await machine.write(Self.twoJobs, to: "/etc/ctx7/ctx7.yaml")
      try await machine.run("ctx7-units generate; sed -i 's/hours: 1/hours: 2/' /etc/ctx7/ctx7.yaml")
      let ended = try await machine.run("ctx7-job-exec --job tidy 2>&1")
      #expect(ended.contains("the configuration of tidy has changed since its timer was made"))
      #expect(ended.contains("'ctx7-units generate' brings the timer up to date"))
    }
  }

  @Test func `a job that the configuration turns off is not switched on by hand`() async throws {
    try await Machine.boot { machine in
      try await machine.write(Self.twoJobs, to: "/etc/ctx7/ctx7.yaml")
      let refused = try await machine.answer("ctx7-units generate; ctx7ctl enable idle")
      #expect(refused.status == 78)
      #expect(refused.text.contains("idle is turned off in the configuration (enabled: false)"))
    }
  }
}

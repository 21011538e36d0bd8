import Foundation
import TestSupport
import Testing

/// `ctx7-units import-crontab`, as a user meets it.
@Suite struct CrontabCommandTests {
  @Test func `lines of a crontab that differ in anything are jobs of their own`() async throws {
    try await Workbench.with { bench in
      let crontab = """
        TZ=Asia/Tokyo
        0 3 * * * cd /a && make
        0 3 * * * make
        CRON_TZ=Europe/Berlin
        0 3 * * * make
        TZ=UTC
        0 3 * * * make
        """
      try write(crontab, to: bench.directory + "/crontab")
      let ended = try await bench.run("ctx7-units", "import-crontab", bench.directory + "/crontab")
      #expect(ended.status == 0, "\(ended.error)")
      let ids = ended.output.split(separator: "\n").filter { $0.contains("job_id:") }
      #expect(ids.map { $0.split(separator: "\"")[1] } == ["cd", "make", "make-2", "make-3"])
      // The command's own zone moves no firing.
      #expect(ended.output.components(separatedBy: "timezone: \"Europe/Berlin\"").count == 3)
      #expect(!ended.output.contains("timezone: \"Asia/Tokyo\""))
      #expect(ended.output.components(separatedBy: "TZ: \"Asia/Tokyo\"").count == 4)
    }
  }

  @Test func `a crontab becomes jobs, and lines that cannot are named`() async throws {
    try await Workbench.with { bench in
      let crontab = """
        # nightly
        PATH = "/usr/bin:/bin"
        0 3 * * *   /usr/local/bin/backup.sh --all
        */5 * * * * date +\\%F >>/tmp/dates
        0 4 * * *   /usr/local/bin/backup.sh --all
        */5 * * * * date +%F
        5/15 * * * * true
        CRON_TZ=Europe/Berlin
        @weekly echo "it's Sunday"
        @weekly echo "it's Sunday"
        * * * * *
        """
      try write(crontab, to: bench.directory + "/crontab")
      let ended = try await bench.run("ctx7-units", "import-crontab", bench.directory + "/crontab")
      #expect(ended.status == 65)
      #expect(
        ended.output == #"""
          jobs:
            # line 3: 0 3 * * *   /usr/local/bin/backup.sh --all
            - job_id: "backup.sh"
              job_type: command
              schedule:
                schedule_type: cron
                cron_expression: "0 3 * * *"
              parameters:
                argv: ["/bin/sh", "-c", "/usr/local/bin/backup.sh --all"]
                environment:
                  PATH: "/usr/bin:/bin"
            # line 4: */5 * * * * date +\%F >>/tmp/dates
            - job_id: "date"
              job_type: command
              schedule:
                schedule_type: cron
                cron_expression: "*/5 * * * *"
              parameters:
                argv: ["/bin/sh", "-c", "date +%F >>/tmp/dates"]
                environment:
                  PATH: "/usr/bin:/bin"
            # line 5: 0 4 * * *   /usr/local/bin/backup.sh --all
            - job_id: "backup.sh-2"
              job_type: command
              schedule:
                schedule_type: cron
                cron_expression: "0 4 * * *"
              parameters:
                argv: ["/bin/sh", "-c", "/usr/local/bin/backup.sh --all"]
                environment:
                  PATH: "/usr/bin:/bin"
            # line 9: @weekly echo "it's Sunday"
            - job_id: "echo"
              job_type: command
              schedule:
                schedule_type: cron
                cron_expression: "@weekly"
                timezone: "Europe/Berlin"
              parameters:
                argv: ["/bin/sh", "-c", "echo \"it's Sunday\""]
                environment:
                  PATH: "/usr/bin:/bin"

          """#)
      for (line, reason) in [
        (6, "an unescaped %"), (7, "write 5-59/15"), (10, "line 9 is the same job"),
        (11, "it has no command"),
      ] {
        #expect(ended.error.contains("crontab:\(line): not taken: "), "\(line)")
        #expect(ended.error.contains(reason))
      }
      #expect(ended.error.hasSuffix("ctx7-units: 4 lines not taken, 4 jobs written\n"))
    }
  }

  @Test func `a crontab with users is not taken for one without`() async throws {
    try await Workbench.with { bench in
      let crontab = """
        17 * * * * root cd / && run-parts --report /etc/cron.hourly
        25 6 * * * root test -x /usr/sbin/anacron
        """
      let path = bench.directory + "/copy"
      try write(crontab, to: path)
      let refused = try await bench.run("ctx7-units", "import-crontab", path)
      #expect(refused.status == 65)
      #expect(refused.output.isEmpty)
      #expect(refused.error.contains("\(path): a user of this host stands before each command"))
      #expect(refused.error.contains("hint: --with-user"))
      let taken = try await bench.run("ctx7-units", "import-crontab", path, "--with-user")
      #expect(taken.error.contains(":1: not taken: it runs as 'root'"), "\(taken.error)")
      let programs = try await bench.run("ctx7-units", "import-crontab", path, "--no-with-user")
      #expect(programs.status == 0, "\(programs.error)")
      #expect(programs.output.contains("root cd / &&"))
      // Their names are those of users as well.
      try write("0 1 * * * sync", to: path)
      #expect(try await bench.run("ctx7-units", "import-crontab", path).status == 0)
      try write("0 1 * * * root x\n0 2 * * * true", to: path)
      #expect(try await bench.run("ctx7-units", "import-crontab", path).status == 0)
    }
  }

  @Test func `what an imported line does not do as under cron is said`() async throws {
    try await Workbench.with { bench in
      let path = bench.directory + "/crontab"
      try write("RANDOM_DELAY=45\n0 1 * * * sync; echo\n0 2 * * * sync; echo", to: path)
      let ended = try await bench.run("ctx7-units", "import-crontab", path)
      #expect(ended.status == 0)
      #expect(ended.error.contains("crontab:1: note: RANDOM_DELAY is but a variable to jobs; jitter_seconds"))
      #expect(ended.error.contains("note: whoever's crontab it is, jobs run as user ctx7, in the sandbox"))
      // A hyphen at the end would make drop-ins of one job those of others.
      let ids = ended.output.split(separator: "\n").filter { $0.contains("job_id:") }
      #expect(ids.map { $0.split(separator: "\"")[1] } == ["sync", "sync-2"])
      let folder = try await bench.run("ctx7-units", "import-crontab", bench.directory)
      #expect(folder.status == 74)
      #expect(folder.error.contains("\(bench.directory) cannot be read: Is a directory"))
    }
  }
}

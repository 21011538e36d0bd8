import Foundation
import TestSupport
import Testing

/// `make install` and `make uninstall`, into a directory that has files of others already.
@Suite struct InstallTests {
  private func make(_ target: String, _ variables: String...) async throws {
    // The programs are built: by the tests. Nothing of the `make` that runs the tests is to be seen by this one.
    let clean = ["-i", "HOME=/", "PATH=\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"]
    let ended = try await Program.run(
      "env",
      clean + ["make", "-C", Project.root, "-o", "build", target, "CTX7=\(Program.directory)"] + variables)
    try #require(ended.status == 0, "\(ended.error)")
  }

  /// Every file below a directory, by its path there.
  private func files(_ directory: String) -> Set<String> {
    let all = FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String } ?? []
    return Set(
      all.filter { path in
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: "\(directory)/\(path)", isDirectory: &isDirectory)
          && !isDirectory.boolValue
      })
  }

  @Test(arguments: ["/usr", "/usr/local", "/opt/ctx7"])
  func `uninstall takes back what install has put there, and nothing else`(prefix: String) async throws {
    try await withTemporaryDirectory { root in
      let own = ["share/man/man1/ls.1", "lib/systemd/system/ctx7-mine.service", "share/doc/ctx7-jobs/notes"]
      for file in own { try write("mine\n", to: "\(root)\(prefix)/\(file)") }
      let before = files(root)
      try await make("install", "DESTDIR=\(root)", "PREFIX=\(prefix)")
      let installed = files(root).subtracting(before)
      try #require(installed.count > 30)
      // Wherever the programs are, the units start them there.
      for file in installed where file.hasSuffix(".service") {
        let text = try String(contentsOfFile: "\(root)/\(file)", encoding: .utf8)
        let program = try #require(text.firstMatch(of: /(?m)^ExecStart=\/?(\S+)/)).1
        #expect(installed.contains(String(program)), "\(file) starts /\(program)")
      }
      try await make("uninstall", "DESTDIR=\(root)", "PREFIX=\(prefix)")
      #expect(files(root) == before)
    }
  }

  @Test func `programs, completions, pages and units are all there`() async throws {
    try await withTemporaryDirectory { root in
      try await make("install", "DESTDIR=\(root)", "PREFIX=/usr")
      let installed = files(root)
      for program in ["ctx7-api", "ctx7-job-exec", "ctx7-units", "ctx7ctl"] {
        #expect(installed.contains("usr/bin/\(program)"))
        #expect(installed.contains("usr/share/bash-completion/completions/\(program)"))
        #expect(installed.contains("usr/share/zsh/site-functions/_\(program)"))
        #expect(installed.contains("usr/share/fish/vendor_completions.d/\(program).fish"))
      }
      let pages = try FileManager.default.contentsOfDirectory(atPath: "\(Project.root)/man")
        .filter { $0.last?.isNumber == true }
      for page in pages { #expect(installed.contains { $0.hasSuffix("/\(page)") }, "\(page)") }
      let shipped = try FileManager.default.contentsOfDirectory(atPath: "\(Project.root)/systemd")
        .filter { $0.hasPrefix("ctx7") && !$0.hasSuffix("users") && !$0.hasSuffix("files") }
      for unit in shipped { #expect(installed.contains { $0.hasSuffix("/\(unit)") }, "\(unit)") }
    }
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `the tab key completes verbs and the names of jobs`(shell: String) async throws {
    try await withTemporaryDirectory { root in
      try await make("install", "DESTDIR=\(root)", "PREFIX=/usr")
      try write(
        "jobs: [{job_id: my-own-job, job_type: maintenance, schedule: {hours: 1}}]", to: root + "/ctx7.yaml")
      for (typed, shown) in [("ctx7ctl hist", "history"), ("ctx7ctl history my", "my-own-job")] {
        let ended = try await Program.run(
          Project.root + "/Tests/press-tab", [root, shell, typed, shown],
          environment: ["CTX7_CONFIG": root + "/ctx7.yaml"])
        #expect(ended.status == 0, "\(ended.output)\(ended.error)")
      }
    }
  }
}

import Ctx7API
import Ctx7History
import Ctx7Model
import Foundation
import InMemoryLogging
import NIOCore
import TestSupport
import Testing

/// One test for each way to harm the service that the threat model lists.
struct AttackTests {
  private let prefix = "/api/v1/background-jobs"

  @Test(arguments: [
    "/jobs/../../../etc/passwd", "/jobs/..%2f..%2fetc%2fpasswd", "/jobs/%2e%2e",
    "/documents/..%2f..%2fjobs.sqlite",
    "/executions/%00", "/executions/history/..%5c..", "/jobs/weekly-refresh%2f..%2fx",
  ])
  func `an id that climbs through folders finds nothing`(path: String) async throws {
    try await Bench.with { bench in
      let answer = try await bench.local.get(prefix + path)
      #expect([400, 404, 422].contains(answer.status))
      #expect(!answer.body.contains("root:"))
    }
  }

  @Test func `SQL in every parameter stays text`() async throws {
    try await Bench.with { bench in
      try bench.history.fill(.refresh, 4)
      let sql = "x'%20OR%201=1;DROP%20TABLE%20background_job_executions;--"
      for path in [
        "/jobs/\(sql)", "/jobs/\(sql)/metrics", "/executions/\(sql)", "/executions/history/\(sql)",
        "/executions/history/weekly-refresh?status=\(sql)", "/executions/history/weekly-refresh?limit=\(sql)",
        "/executions/history/weekly-refresh?offset=\(sql)", "/jobs?job_type=\(sql)",
        "/jobs?enabled_only=\(sql)",
        "/documents/\(sql)", "/documents?workspace=\(sql)", "/dead-letters/\(sql)",
        "/dead-letters?job_id=\(sql)",
        "/alerts?job_id=\(sql)",
      ] {
        #expect([404, 422].contains(try await bench.local.get(prefix + path).status), "\(path)")
      }
      #expect(try bench.history.executions(of: .refresh).count == 4)
    }
  }

  @Test func `nothing that a client sends becomes a header of the answer`() async throws {
    try await Bench.with { bench in
      for path in ["/jobs/x%0d%0aSet-Cookie:%20a=b", "/jobs/x%0aX-Injected:1/execute"] {
        let answer = try await bench.local.request("POST", path)
        #expect(answer.headers["set-cookie"] == nil)
        #expect(answer.headers["x-injected"] == nil)
        #expect(answer.status >= 400)
      }
      let split = try await bench.local.exchange("GET /x\r\nX: 1\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")
      #expect(!split.contains("200 OK"))
    }
  }

  @Test func `a correlation id cannot carry lines or quotes`() async throws {
    try await Bench.with { bench in
      for body in [#""a\nb""#, #""a\"b""#, #""""#, "17", "{}", "\"\(String(repeating: "a", count: 129))\""] {
        let answer = try await bench.local.request(
          "POST", prefix + "/jobs/weekly-refresh/execute", body: body)
        #expect(answer.status == 422, "\(body)")
      }
      let answer = try await bench.local.request("POST", prefix + "/jobs/weekly-refresh/execute", body: "{")
      #expect(answer.status == 400)
    }
  }

  @Test func `a body of 100 MB is refused before it has come`() async throws {
    try await Bench.with { bench in
      let announced = try await bench.local.exchange(
        "POST \(prefix)/jobs/weekly-refresh/execute HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\nxxx"
      )
      #expect(announced.hasPrefix("HTTP/1.1 413 "))
      #expect(announced.contains("Connection: close") || announced.contains("connection: close"))
      let chunk = "10000\r\n" + String(repeating: "x", count: 0x10000) + "\r\n"
      let chunked = try await bench.local.exchange(
        "POST \(prefix)/jobs/weekly-refresh/execute HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n",
        chunk, chunk, chunk)
      #expect(chunked.hasPrefix("HTTP/1.1 413 "))
      // An endpoint that reads no body does not collect one either.
      let unread = try await bench.local.exchange(
        "GET \(prefix)/ping HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\nxxx")
      #expect(unread.hasPrefix("HTTP/1.1 200 "))
    }
  }

  @Test func `headers without end are cut off`() async throws {
    try await Bench.with { bench in
      let header = "X-Padding: \(String(repeating: "a", count: 4000))\r\n"
      let answer = try await bench.local.exchange(
        "GET / HTTP/1.1\r\nHost: localhost\r\n" + String(repeating: header, count: 100) + "\r\n")
      #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400 ") || answer.hasPrefix("HTTP/1.1 431 "))
    }
  }

  @Test func `ten thousand connections that send nothing do not keep others out`() async throws {
    try await Bench.with { bench in
      try await bench.remote.holdingConnections(10_000) {
        for _ in 0..<20 {
          let answer = try await bench.local.get(prefix + "/ping")
          #expect(answer.status == 200)
        }
      }
    }
  }

  @Test func `a request that trickles in is cut off in time`() async throws {
    try await Bench.with(limits: { ($0.head, $0.body) = (.milliseconds(300), .milliseconds(300)) }) { bench in
      let head = try await bench.local.exchange(
        "GET / HTTP/1.1\r\nHost: loc", "alhost\r\n\r\n", pause: .seconds(2))
      #expect(head.isEmpty)
      let body = try await bench.local.exchange(
        "POST \(prefix)/jobs/weekly-refresh/execute HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nx",
        "xx",
        pause: .seconds(2))
      #expect(!body.contains("200 OK"))
    }
  }

  @Test func `a client that does not read its answer is cut off in time`() async throws {
    let path = prefix + "/executions/history/weekly-refresh?limit=100"
    func fill(_ bench: Bench) throws {
      try bench.history.fill(.refresh, 60, error: String(repeating: "x", count: 200_000))
    }
    // More than the buffers of a socket take.
    try await Bench.with { bench in
      try fill(bench)
      #expect(try await bench.local.get(path).body.utf8.count > 3_000_000)
    }
    try await Bench.with(limits: { ($0.head, $0.answer) = (.seconds(2), .milliseconds(200)) }) { bench in
      try fill(bench)
      let request = "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n"
      // What else it asks for gives it no more time.
      #expect(try await bench.local.isClosedUnread(request + request, within: .seconds(30)))
    }
  }

  @Test func `HTML and script in names, titles and errors stay text on the dashboard`() async throws {
    let script = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"
    var job = JobConfig.refresh
    (job.name, job.description) = (script, script)
    try await Bench.with(jobs: [job]) { bench in
      try bench.history.fill(.refresh, 4, error: script)
      try bench.addDeadLetter(message: script)
      for path in ["/", "/jobs/weekly-refresh"] {
        let page = try await bench.local.get(path)
        #expect(page.status == 200)
        #expect(!page.body.contains("<script"))
        #expect(!page.body.contains("<img"))
        #expect(page.body.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
      }
    }
  }

  @Test(arguments: [
    ["Origin": "http://evil.example"], ["Origin": "null"], ["Sec-Fetch-Site": "cross-site"],
    ["Sec-Fetch-Site": "same-site", "Origin": "http://localhost:8080"],
  ])
  func `a page of another site cannot press a button`(headers: [String: String]) async throws {
    try await Bench.with { bench in
      let answer = try await bench.local.request("POST", "/jobs/weekly-refresh/disable", headers: headers)
      #expect(answer.status == 403)
      #expect(!FileManager.default.fileExists(atPath: bench.directory + "/disabled/weekly-refresh"))
    }
  }

  @Test func `a host name that points here from elsewhere is refused`() async throws {
    try await Bench.with { bench in
      let answer = try await bench.local.exchange(
        "GET /jobs/weekly-refresh HTTP/1.1\r\nHost: evil.example:8707\r\nConnection: close\r\n\r\n")
      #expect(answer.hasPrefix("HTTP/1.1 403 "))
    }
  }

  @Test func `what a client asks for cannot break a line of the log`() async throws {
    try await Bench.with { bench in
      _ = try await bench.local.get("/x%0aGET%20%22/forged%22%20200\u{1B}[31m")
      let lines = bench.log.entries.map { "\($0.message)" }
      #expect(lines.allSatisfy { !$0.contains("\n") && !$0.contains("\u{1B}") })
    }
  }
}

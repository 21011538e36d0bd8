import Ctx7Model
import Testing

@Suite struct RetryPolicyTests {
  @Test(arguments: [(1, 60), (2, 120), (3, 240), (6, 1920), (7, 3600), (10, 3600), (1000, 3600)])
  func `delays grow up to the longest`(retry: Int, seconds: Int) {
    #expect(RetryPolicy().delay(beforeRetry: retry) == seconds)
  }

  @Test func `a first delay above the longest is the longest`() {
    #expect(RetryPolicy(delaySeconds: 500, maxDelaySeconds: 100).delay(beforeRetry: 1) == 100)
  }

  @Test func `only the listed errors are tried again, and so often`() {
    let policy = RetryPolicy(maxRetries: 2, retryOn: [.connection])
    #expect(policy.allowsRetry(after: .connection, retries: 0))
    #expect(policy.allowsRetry(after: .connection, retries: 1))
    #expect(!policy.allowsRetry(after: .connection, retries: 2))
    #expect(!policy.allowsRetry(after: .timeout, retries: 0))
  }

  @Test(arguments: [
    ("weekly-document-refresh", true), ("a", true), ("0.x_y-z", true),
    (String(repeating: "a", count: 200), true),
    ("", false), ("-a", false), (".a", false), ("_a", false), ("A", false), ("a b", false), ("a/b", false),
    ("ä", false),
    ("a@b", false), ("a%i", false), ("a\n", false), (String(repeating: "a", count: 201), false),
  ])
  func `a job id is what a unit name holds without escaping`(text: String, isValid: Bool) {
    #expect((JobID(rawValue: text) != nil) == isValid)
    #expect(JobID(rawValue: text)?.timerUnit == (isValid ? "ctx7-job-\(text).timer" : nil))
  }
}

/// What a job does.
public enum JobType: String, CaseIterable, Sendable {
  case ttlCleanup = "ttl_cleanup"
  case documentRefresh = "document_refresh"
  case healthCheck = "health_check"
  case maintenance
  case command
}

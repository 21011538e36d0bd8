/// How urgent a job is: the order among waiting executions and the weight of its unit.
public enum JobPriority: String, CaseIterable, Sendable {
  case low
  case medium
  case high
  case critical
}

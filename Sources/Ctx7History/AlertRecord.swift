internal import Ctx7Database
public import Ctx7Model
internal import GRDB

/// An alert as it is kept, with what became of it at each sink.
public struct AlertRecord: Hashable, Sendable, Identifiable {
  /// How far the delivery to one sink has come.
  public struct Delivery: Hashable, Sendable {
    /// The sink's name.
    public let sink: String
    /// Tries so far.
    public let attempts: Int
    /// When the next try is due; nil when it is delivered or given up.
    public let nextAttemptAt: Timestamp?
    /// When the sink took it.
    public let deliveredAt: Timestamp?
    /// What the last try that failed said.
    public let lastError: String?

    /// `delivered`, `pending` or `failed`
    public var state: String {
      deliveredAt != nil ? "delivered" : nextAttemptAt != nil ? "pending" : "failed"
    }
  }

  /// Counts up.
  public let id: Int64
  /// The alert itself.
  public let alert: Alert
  /// By sink.
  public let deliveries: [Delivery]

  /// The alert as programs read it.
  public var json: JSONValue {
    guard case .object(let members) = alert.json else { return .null }
    let deliveries = deliveries.map { delivery in
      JSONValue.object([
        .init("sink", .string(delivery.sink)), .init("state", .string(delivery.state)),
        .init("attempts", JSONValue(delivery.attempts)),
        .init("delivered_at", JSONValue(delivery.deliveredAt)),
        .init("next_attempt_at", JSONValue(delivery.nextAttemptAt)),
        .init("last_error", JSONValue(delivery.lastError)),
      ])
    }
    return .object(members + [.init("deliveries", .array(deliveries))])
  }
}

extension AlertRecord {
  init(row: Row, _ database: Database) throws {
    guard let jobID = JobID(rawValue: row["job_id"]), let kind = Alert.Kind(rawValue: row["type"]),
      let severity = Alert.Severity(rawValue: row["severity"])
    else { throw UnreadableValue("alert \(row["alert_id"] as Int64)") }
    let id: Int64 = row["alert_id"]
    self.init(
      id: id,
      alert: Alert(
        kind, severity, jobID: jobID, executionID: row["execution_id"], message: row["message"],
        details: try JSONValue(parsing: row["details"]), timestamp: row["created_at"], id: id),
      deliveries: try Row.fetchAll(
        database, sql: "SELECT * FROM background_job_alert_deliveries WHERE alert_id = ? ORDER BY sink",
        arguments: [id]
      ).map { row in
        Delivery(
          sink: row["sink"], attempts: row["attempts"], nextAttemptAt: row["next_attempt_at"],
          deliveredAt: row["delivered_at"], lastError: row["last_error"])
      })
  }
}

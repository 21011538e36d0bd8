public import Ctx7Model
public import GRDB

/// Timestamps are stored as integer milliseconds since 1970.
extension Timestamp: SQLExpressible, StatementBinding, DatabaseValueConvertible, StatementColumnConvertible {}

public import Ctx7Model

extension JobID {
  /// Reads a job id from the command line.
  ///
  /// - Throws: `Failure` with the grammar of job ids.
  public init(argument: String) throws(Failure) {
    guard let id = JobID(rawValue: argument) else {
      throw Failure(.usage, "'\(argument)' cannot be a job id: \(Self.grammar)")
    }
    self = id
  }
}

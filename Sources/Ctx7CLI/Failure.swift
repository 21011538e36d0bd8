public import Ctx7Model

/// An error as a person meets it at the end of a command: one message, the next step, the exit status.
public struct Failure: Error, CustomStringConvertible {
  /// What went wrong, naming the file, job or service.
  public var message: String
  /// What to do about it; nil when the message says it all.
  public var hint: String?
  /// What the message is about, as it was written; shown line by line below it.
  public var excerpt: [String] = []
  /// The status to exit with.
  public var exitStatus: ExitStatus

  /// Creates a failure.
  public init(_ exitStatus: ExitStatus, _ message: String, hint: String? = nil) {
    self.exitStatus = exitStatus
    self.message = message
    self.hint = hint
  }

  /// Takes over an error of another module; its class decides the exit status.
  public init(_ error: any Error) {
    switch error {
    case let error as Failure: self = error
    case let error as any ClassifiedError:
      self.init(ExitStatus(error.errorClass), String(describing: error))
    default: self.init(.failure, String(describing: error))
    }
  }

  /// The message.
  public var description: String { message }
}

extension ExitStatus {
  /// The exit status of a command that an error of this class has ended.
  public init(_ errorClass: ErrorClass) {
    self =
      switch errorClass {
      case .configuration: .badConfig
      case .database: .ioError
      case .connection, .timeout, .weaviate, .rateLimit, .quota, .service: .unavailable
      case .temporary: .tryAgain
      case .content, .notFound: .badData
      case .processDied, .command, .cancelled, .unexpected: .failure
      }
  }
}

internal import FoundationEssentials
internal import Glibc

extension Error {
  /// Why the system refused a file, in the words of strerror(3): Foundation's own say that an operation could not be
  /// completed.
  package var systemReason: String {
    guard let posix = (self as? CocoaError)?.underlying as? POSIXError else {
      return String(describing: self)
    }
    return String(cString: strerror(posix.code.rawValue))
  }
}

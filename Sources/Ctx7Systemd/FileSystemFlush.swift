internal import CSystemd

/// Writes everything that is buffered for the file system of an open file to disk (syncfs(2)).
///
/// - Returns: false when that failed; `errno` tells why.
public func flushFileSystem(of descriptor: CInt) -> Bool {
  syncfs(descriptor) == 0
}

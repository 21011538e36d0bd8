internal import CSystemd
internal import Glibc

/// The jobs of systemd that are not done yet, kept up to date by its signal `JobRemoved`.
final class PendingJobs {
  private var pending: Set<String> = []
  /// Jobs that were done before the reply with their path was read, with what they came to. Most are other
  /// people's.
  private var done: [String: String] = [:]
  private var failures: [String] = []
  private var slot: OpaquePointer?

  deinit {
    sd_bus_slot_unref(slot)
  }

  /// Begins to listen; before the first job is asked for, so that none is missed.
  ///
  /// - Returns: whether it is the first time, so that systemd has to be told of the listener.
  func watch(_ bus: OpaquePointer) throws(BusError) -> Bool {
    done = [:]
    failures = []
    guard slot == nil else { return false }
    let result = sd_bus_match_signal(
      bus, &slot, "org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager",
      "JobRemoved", jobRemoved, Unmanaged.passUnretained(self).toOpaque())
    guard result >= 0 else { throw BusError(name: "JobRemoved", code: -result) }
    return true
  }

  func expect(_ job: String) {
    if let outcome = done.removeValue(forKey: job) { note(outcome) } else { pending.insert(job) }
  }

  fileprivate func remove(_ job: String, unit: String, result: String) {
    let outcome = result == "done" || result == "skipped" ? "" : "\(unit): \(result)"
    if pending.remove(job) == nil { done[job] = outcome } else { note(outcome) }
  }

  /// Remembers what systemd did not even begin.
  func refuse(_ reason: String) { failures.append(reason) }

  private func note(_ outcome: String) {
    if !outcome.isEmpty { failures.append(outcome) }
  }

  /// Returns when all expected jobs are done.
  ///
  /// - Throws: `BusError` that names the units whose job was refused or did not succeed.
  func wait(_ bus: OpaquePointer) throws(BusError) {
    while !pending.isEmpty {
      let result = sd_bus_process(bus, nil)
      guard result >= 0 else { throw BusError(name: "process", code: -result) }
      guard result == 0 else { continue }
      let waited = sd_bus_wait(bus, 300_000_000)
      if waited == -EINTR { continue }
      guard waited > 0 else {
        pending = []
        throw waited < 0
          ? BusError(name: "wait", code: -waited)
          : BusError(name: "timeout", message: "systemd did not finish within five minutes")
      }
    }
    guard failures.isEmpty else {
      throw BusError(name: "job", message: failures.joined(separator: ", "))
    }
  }
}

/// `JobRemoved(u id, o job, s unit, s result)`
private func jobRemoved(
  _ message: OpaquePointer?, _ context: UnsafeMutableRawPointer?, _: UnsafeMutablePointer<sd_bus_error>?
) -> CInt {
  guard let context, let message else { return 0 }
  var id: UInt32 = 0
  var texts: [String] = []
  guard sd_bus_message_read_basic(message, CChar(UInt8(ascii: "u")), &id) > 0 else { return 0 }
  for type in "oss".utf8 {
    var text: UnsafePointer<CChar>?
    let result = withUnsafeMutablePointer(to: &text) { sd_bus_message_read_basic(message, CChar(type), $0) }
    guard result > 0, let text else { return 0 }
    texts.append(String(cString: text))
  }
  Unmanaged<PendingJobs>.fromOpaque(context).takeUnretainedValue()
    .remove(texts[0], unit: texts[1], result: texts[2])
  return 0
}

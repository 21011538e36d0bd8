internal import CSystemd
public import Ctx7Model
internal import Glibc

/// A connection to a systemd manager over D-Bus (org.freedesktop.systemd1(5)).
///
/// Not thread-safe, as sd_bus(3) is not: one task uses it.
public final class SystemBus {
  let bus: OpaquePointer
  private let jobs = PendingJobs()
  static let destination = "org.freedesktop.systemd1"
  static let managerPath = "/org/freedesktop/systemd1"
  static let interface = "org.freedesktop.systemd1.Manager"
  /// A reload of thousands of units takes a minute.
  private static let timeout: UInt64 = 300_000_000

  /// Connects to the system's manager, or to the caller's own.
  ///
  /// - Throws: `BusError` when there is no systemd to talk to.
  public init(_ scope: Scope) throws(BusError) {
    var opened: OpaquePointer?
    let result = scope == .system ? sd_bus_open_system(&opened) : sd_bus_open_user(&opened)
    guard result >= 0, let opened else {
      throw BusError(connecting: -result)
    }
    bus = opened
  }

  /// Connects where there is a systemd.
  ///
  /// - Returns: nil where there is none, or none that this process may reach.
  /// - Throws: `BusError` when there is one, and it does not answer.
  public static func running(_ scope: Scope) throws(BusError) -> SystemBus? {
    do {
      return try SystemBus(scope)
    } catch {
      guard error.isMissingBus else { throw error }
      return nil
    }
  }

  deinit {
    sd_bus_flush_close_unref(bus)
  }

  /// The version of the running systemd, 252 for instance.
  public func version() throws(BusError) -> Int {
    // "252.38-1~deb12u1" or "v257"
    let digits = try text("Version", at: Self.managerPath, Self.interface).drop { !$0.isNumber }
      .prefix { $0.isNumber }
    return Int(digits) ?? 0
  }

  /// Makes systemd read all unit files anew.
  public func reload() throws(BusError) {
    sd_bus_message_unref(try call("Reload") { _ in 0 })
  }

  /// Enables unit files, so that they start at boot.
  public func enable(_ units: [String]) throws(BusError) {
    guard !units.isEmpty else { return }
    let reply = try call("EnableUnitFiles") { message in
      let list = Self.append(units, to: message)
      guard list >= 0 else { return list }
      return min(Self.append(false, to: message), Self.append(true, to: message))
    }
    sd_bus_message_unref(reply)
  }

  /// Disables unit files.
  public func disable(_ units: [String]) throws(BusError) {
    guard !units.isEmpty else { return }
    let reply = try call("DisableUnitFiles") { message in
      min(Self.append(units, to: message), Self.append(false, to: message))
    }
    sd_bus_message_unref(reply)
  }

  /// Starts units and waits until systemd is done with all of them.
  public func start(_ units: [String]) throws(BusError) {
    try run("StartUnit", units)
  }

  /// Stops units and waits until systemd is done with all of them; one that is not loaded is stopped already.
  public func stop(_ units: [String]) throws(BusError) {
    try run("StopUnit", units, ignoring: "org.freedesktop.systemd1.NoSuchUnit")
  }

  /// Forgets that a unit has failed; one that is not loaded has nothing to forget.
  public func resetFailed(_ unit: String) throws(BusError) {
    do {
      sd_bus_message_unref(try call("ResetFailedUnit") { Self.append(unit, to: $0) })
    } catch  where error.name == "org.freedesktop.systemd1.NoSuchUnit" {}
  }

  /// Whether a start of a service would begin a run of its own: it does not run, nor waits for a restart.
  ///
  /// Whether a service that is just stopping will restart shows in a moment, for which this waits; at most a second.
  /// A start before that would be merged with the restart.
  ///
  /// - Throws: `BusError`, `CancellationError`.
  public func isReady(_ service: String) async throws -> Bool {
    for _ in 0..<20 {
      let state = try activeState(of: service)
      guard state == "deactivating" else { return state == "inactive" || state == "failed" }
      try await Task.sleep(for: .milliseconds(50))
    }
    return false
  }

  /// The units that are active, of those whose name matches a shell pattern.
  public func activeUnits(matching pattern: String) throws(BusError) -> Set<String> {
    Set(try states(matching: pattern).filter { $0.value.active == "active" }.keys)
  }

  /// The units that are on their way up or down, of those whose name matches a shell pattern: services of jobs that
  /// work, wait or settle.
  public func busyUnits(matching pattern: String) throws(BusError) -> Set<String> {
    Set(
      try states(matching: pattern).filter { ["activating", "deactivating"].contains($0.value.active) }.keys)
  }

  /// The load state (`loaded`, `masked` …) and the active state (`active`, `failed` …) of the units that systemd
  /// has in memory and whose name matches a shell pattern.
  func states(matching pattern: String) throws(BusError) -> [String: (load: String, active: String)] {
    let reply = try call("ListUnitsByPatterns") { message in
      min(Self.append([], to: message), Self.append([pattern], to: message))
    }
    defer { sd_bus_message_unref(reply) }
    // a(ssssssouso): name, description, load state, active state …
    var states: [String: (load: String, active: String)] = [:]
    func checked(_ result: CInt) throws(BusError) -> Bool {
      guard result >= 0 else { throw BusError(name: "ListUnitsByPatterns", code: -result) }
      return result > 0
    }
    _ = try checked(sd_bus_message_enter_container(reply, CChar(UInt8(ascii: "a")), "(ssssssouso)"))
    while try checked(sd_bus_message_enter_container(reply, CChar(UInt8(ascii: "r")), "ssssssouso")) {
      let texts = try (0..<4).map { _ throws(BusError) in try Self.text(in: reply, type: "s") }
      states[texts[0]] = (load: texts[2], active: texts[3])
      _ = try checked(sd_bus_message_skip(reply, "ssouso"))
      _ = try checked(sd_bus_message_exit_container(reply))
    }
    return states
  }

  /// Asks systemd to start a unit, and does not wait until it has.
  public func queueStart(_ unit: String) throws(BusError) {
    let reply = try call("StartUnit") { message in
      min(Self.append(unit, to: message), Self.append("replace", to: message))
    }
    sd_bus_message_unref(reply)
  }

  private func run(_ method: String, _ units: [String], ignoring ignored: String? = nil) throws(BusError) {
    guard !units.isEmpty else { return }
    if try jobs.watch(bus) { sd_bus_message_unref(try call("Subscribe") { _ in 0 }) }
    for unit in units {
      do {
        let reply = try call(method) { message in
          min(Self.append(unit, to: message), Self.append("replace", to: message))
        }
        defer { sd_bus_message_unref(reply) }
        jobs.expect(try Self.text(in: reply))
      } catch  where error.name == ignored {
      } catch  where error.isAboutUnit && units.count > 1 {
        // One that is refused keeps none of the others from their turn.
        jobs.refuse("\(unit): \(error.message)")
      }
    }
    try jobs.wait(bus)
  }

  private func call(_ method: String, _ arguments: (OpaquePointer) -> CInt) throws(BusError) -> OpaquePointer
  {
    var message: OpaquePointer?
    var result = sd_bus_message_new_method_call(
      bus, &message, Self.destination, Self.managerPath, Self.interface, method)
    guard result >= 0, let message else {
      throw BusError(name: method, code: -result)
    }
    defer { sd_bus_message_unref(message) }
    result = arguments(message)
    guard result >= 0 else { throw BusError(name: method, code: -result) }
    var failure = sd_bus_error()
    defer { sd_bus_error_free(&failure) }
    var reply: OpaquePointer?
    result = sd_bus_call(bus, message, Self.timeout, &failure, &reply)
    guard result >= 0, let reply else { throw BusError(failure, result) }
    return reply
  }

  private static func append(_ text: String, to message: OpaquePointer) -> CInt {
    text.withCString { sd_bus_message_append_basic(message, CChar(UInt8(ascii: "s")), $0) }
  }

  private static func append(_ flag: Bool, to message: OpaquePointer) -> CInt {
    var value: CInt = flag ? 1 : 0
    return sd_bus_message_append_basic(message, CChar(UInt8(ascii: "b")), &value)
  }

  private static func append(_ texts: [String], to message: OpaquePointer) -> CInt {
    var list: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
    defer { list.forEach { free($0) } }
    return sd_bus_message_append_strv(message, &list)
  }

  static func text(in reply: OpaquePointer, type: Unicode.Scalar = "o") throws(BusError) -> String {
    var text: UnsafePointer<CChar>?
    let result = withUnsafeMutablePointer(to: &text) {
      sd_bus_message_read_basic(reply, CChar(UInt8(ascii: type)), $0)
    }
    guard result >= 0, let text else {
      throw BusError(name: "read", code: -result)
    }
    return String(cString: text)
  }
}

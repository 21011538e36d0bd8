internal import CSystemd
internal import Glibc

extension SystemBus {
  /// When the manager was started, in microseconds of the monotonic and of the wall clock.
  public func startMicroseconds() throws(BusError) -> (monotonic: UInt64, wallClock: UInt64) {
    var start: (monotonic: UInt64, wallClock: UInt64) = (0, 0)
    let (path, interface) = (Self.managerPath, Self.interface)
    try read("UserspaceTimestampMonotonic", at: path, interface, type: "t", into: &start.monotonic)
    try read("UserspaceTimestamp", at: path, interface, type: "t", into: &start.wallClock)
    return start
  }

  /// `running`, `degraded`, `starting`, `stopping` …: what `systemctl is-system-running` prints.
  public func systemState() throws(BusError) -> String {
    try text("SystemState", at: Self.managerPath, Self.interface)
  }

  /// `active`, `inactive`, `activating`, `failed` …
  public func activeState(of unit: String) throws(BusError) -> String {
    try unitText("ActiveState", of: unit)
  }

  /// What a running service last said about itself with `STATUS=`; empty when it said nothing.
  public func statusText(of service: String) throws(BusError) -> String {
    try text("StatusText", at: Self.path(of: service), "org.freedesktop.systemd1.Service")
  }

  /// A property of a unit that is text: `LoadState`, for instance.
  func unitText(_ name: String, of unit: String) throws(BusError) -> String {
    try text(name, at: Self.path(of: unit), "org.freedesktop.systemd1.Unit")
  }

  /// How the main process of a service ended last.
  func exitStatus(of service: String) throws(BusError) -> Int {
    var value: Int32 = 0
    try read(
      "ExecMainStatus", at: Self.path(of: service), "org.freedesktop.systemd1.Service", type: "i",
      into: &value)
    return Int(value)
  }

  /// Whether systemd has a job queued for a unit: a start that has not begun yet, for instance.
  public func hasQueuedJob(_ unit: String) throws(BusError) -> Bool {
    try queuedJob(of: unit) != nil
  }

  /// Whether systemd has been asked to stop a unit, for good or to start it anew, and is still at it.
  public func isAskedToStop(_ unit: String) throws(BusError) -> Bool {
    guard let job = try queuedJob(of: unit) else { return false }
    return ["stop", "restart"].contains(try text("JobType", at: job, "org.freedesktop.systemd1.Job"))
  }

  /// Where the job that systemd has queued for a unit is on the bus; nil when there is none.
  private func queuedJob(of unit: String) throws(BusError) -> String? {
    var reply: OpaquePointer?
    var failure = sd_bus_error()
    defer { sd_bus_error_free(&failure) }
    var result = sd_bus_get_property(
      bus, Self.destination, try Self.path(of: unit), "org.freedesktop.systemd1.Unit", "Job", &failure,
      &reply,
      "(uo)")
    guard result >= 0, let reply else { throw BusError(failure, result) }
    defer { sd_bus_message_unref(reply) }
    var id: UInt32 = 0
    result = sd_bus_message_enter_container(reply, CChar(UInt8(ascii: "r")), "uo")
    if result >= 0 { result = sd_bus_message_read_basic(reply, CChar(UInt8(ascii: "u")), &id) }
    var path: UnsafePointer<CChar>?
    if result >= 0 { result = sd_bus_message_read_basic(reply, CChar(UInt8(ascii: "o")), &path) }
    guard result >= 0, let path else { throw BusError(name: "Job", code: -result) }
    return id == 0 ? nil : String(cString: path)
  }

  /// - Parameter type: that of the property on the bus, of the same size as `Value`.
  private func read<Value: FixedWidthInteger>(
    _ name: String, at path: String, _ interface: String, type: Unicode.Scalar, into value: inout Value
  ) throws(BusError) {
    var failure = sd_bus_error()
    defer { sd_bus_error_free(&failure) }
    let result = sd_bus_get_property_trivial(
      bus, Self.destination, path, interface, name, &failure, CChar(UInt8(ascii: type)), &value)
    guard result >= 0 else { throw BusError(failure, result) }
  }

  func text(_ name: String, at path: String, _ interface: String) throws(BusError) -> String {
    var value: UnsafeMutablePointer<CChar>?
    var failure = sd_bus_error()
    defer { sd_bus_error_free(&failure) }
    let result = sd_bus_get_property_string(bus, Self.destination, path, interface, name, &failure, &value)
    guard result >= 0, let value else { throw BusError(failure, result) }
    defer { free(value) }
    return String(cString: value)
  }

  /// Where a unit is on the bus; systemd loads it when it is asked for, as `LoadUnit` would.
  static func path(of unit: String) throws(BusError) -> String {
    var path: UnsafeMutablePointer<CChar>?
    let result = sd_bus_path_encode("/org/freedesktop/systemd1/unit", unit, &path)
    guard result >= 0, let path else {
      throw BusError(name: unit, code: -result)
    }
    defer { free(path) }
    return String(cString: path)
  }
}

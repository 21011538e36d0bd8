internal import CSystemd
internal import Glibc

/// A property of a unit that is a number: `LastTriggerUSec` of a timer, for instance
/// (org.freedesktop.systemd1(5)).
public struct UnitNumber: Sendable {
  let name: String
  let unit: String
  let interface: String

  /// - Parameter interface: the last word of its name: `Unit`, `Service` or `Timer`.
  public init(_ name: String, of unit: String, _ interface: String) {
    self.name = name
    self.unit = unit
    self.interface = "org.freedesktop.systemd1.\(interface)"
  }
}

extension SystemBus {
  /// How many questions are on their way at a time; a system's bus takes 128 (dbus-daemon(1),
  /// max_replies_per_connection).
  private static let window = 100

  /// The value of one property.
  public func number(_ property: UnitNumber) throws(BusError) -> UInt64 {
    try numbers([property])[0]
  }

  /// The values of properties, in their order.
  ///
  /// All are asked for before the first answer is waited for: alone, each would take the scheduler's time for
  /// the way to the bus, to systemd and back.
  public func numbers(_ properties: [UnitNumber]) throws(BusError) -> [UInt64] {
    var values = [UInt64](repeating: 0, count: properties.count)
    var asked: [UInt64: Int] = [:]
    var next = 0
    while next < properties.count || !asked.isEmpty {
      if next < properties.count, asked.count < Self.window {
        asked[try ask(for: properties[next])] = next
        next += 1
        continue
      }
      let answer = try nextMessage()
      defer { sd_bus_message_unref(answer) }
      var cookie: UInt64 = 0
      // Signals have none.
      guard sd_bus_message_get_reply_cookie(answer, &cookie) >= 0,
        let index = asked.removeValue(forKey: cookie)
      else { continue }
      values[index] = try Self.number(in: answer, properties[index].name)
    }
    return values
  }

  /// - Returns: the cookie by which the answer will be known.
  private func ask(for property: UnitNumber) throws(BusError) -> UInt64 {
    var message: OpaquePointer?
    var cookie: UInt64 = 0
    var result = sd_bus_message_new_method_call(
      bus, &message, Self.destination, try Self.path(of: property.unit), "org.freedesktop.DBus.Properties",
      "Get")
    defer { sd_bus_message_unref(message) }
    for text in [property.interface, property.name] where result >= 0 {
      result = sd_bus_message_append_basic(message, CChar(UInt8(ascii: "s")), text)
    }
    if result >= 0 { result = sd_bus_send(bus, message, &cookie) }
    guard result >= 0 else {
      throw BusError(name: property.name, code: -result)
    }
    return cookie
  }

  private func nextMessage() throws(BusError) -> OpaquePointer {
    while true {
      var message: OpaquePointer?
      var result = sd_bus_process(bus, &message)
      if let message { return message }
      if result == 0 {
        var patience: UInt64 = 0
        result = sd_bus_get_method_call_timeout(bus, &patience)
        if result >= 0 { result = sd_bus_wait(bus, patience) }
        if result == 0 { result = -ETIMEDOUT }
      }
      guard result >= 0 else { throw BusError(name: "process", code: -result) }
    }
  }

  private static func number(in answer: OpaquePointer, _ name: String) throws(BusError) -> UInt64 {
    if let failure = sd_bus_message_get_error(answer)?.pointee { throw BusError(failure, -EIO) }
    var (long, short): (UInt64, UInt32) = (0, 0)
    var contents: UnsafePointer<CChar>?
    var result = sd_bus_message_peek_type(answer, nil, &contents)
    if result > 0 { result = sd_bus_message_enter_container(answer, CChar(UInt8(ascii: "v")), contents) }
    if result > 0, let type = contents?.pointee {
      result =
        type == CChar(UInt8(ascii: "u"))
        ? sd_bus_message_read_basic(answer, type, &short) : sd_bus_message_read_basic(answer, type, &long)
    }
    guard result > 0 else { throw BusError(name: name, code: -result) }
    return long + UInt64(short)
  }
}

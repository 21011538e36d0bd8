internal import CSystemd
public import Ctx7Model
internal import Glibc

/// What systemd or the way to it answered instead of doing something.
public struct BusError: Error, ClassifiedError, Hashable, CustomStringConvertible {
  /// The name of the D-Bus error, or of what was tried.
  public let name: String
  /// The error's own words.
  public let message: String

  /// The class by which retries and exit statuses are decided.
  public var errorClass: ErrorClass { .connection }

  /// The text for people.
  public var description: String { "systemd: \(message)" }

  /// Whether the caller is not allowed to do it, be it that polkit says so or that there is no polkit to ask.
  public var isRefusal: Bool {
    [
      "org.freedesktop.DBus.Error.AccessDenied",
      "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired",
    ].contains(name)
  }

  /// Whether somebody has taken the unit out of use.
  public var isMasked: Bool { name == "org.freedesktop.systemd1.UnitMasked" }

  /// Whether systemd has refused it for what the unit is, rather than for who asks or for a lost connection.
  var isAboutUnit: Bool { name.hasPrefix("org.freedesktop.systemd1.") }

  /// Whether there is nothing to connect to: no bus, or none that this process may reach.
  public let isMissingBus: Bool

  init(name: String, message: String) {
    self.name = name
    self.message = message
    isMissingBus = false
  }

  /// What failed with an errno.
  init(name: String, code: CInt) { self.init(name: name, message: String(cString: strerror(code))) }

  /// A connection that was not made.
  init(connecting code: CInt) {
    name = "connect"
    message = String(cString: strerror(code))
    // ENOMEDIUM: a user's manager whose $XDG_RUNTIME_DIR is not known.
    isMissingBus = [ENOENT, ECONNREFUSED, EACCES, ENOMEDIUM].contains(code)
  }

  init(_ error: sd_bus_error, _ result: CInt) {
    name = error.name.map { String(cString: $0) } ?? "errno \(-result)"
    message = error.message.map { String(cString: $0) } ?? String(cString: strerror(-result))
    isMissingBus = false
  }
}

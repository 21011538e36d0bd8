import Ctx7Model
import Ctx7Systemd

extension BusError {
  /// What an operator does about a unit that systemd did not start or stop.
  func nextStep(_ unit: String, _ scope: Scope) -> String {
    if isMasked {
      return "'\(scope.systemctl) unmask \(unit)', then \(scope.command("ctx7-units generate"))"
    }
    return isRefusal ? "run this as root" : "'\(scope.systemctl) status \(unit)' says more"
  }
}

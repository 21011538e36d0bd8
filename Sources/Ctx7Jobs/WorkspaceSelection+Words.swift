internal import Ctx7Documents
internal import Ctx7Model

extension WorkspaceSelection {
  /// Says that a job works on none of the workspaces that there are; nil where there are none.
  func missing(_ all: [WorkspaceName]) -> String? {
    guard !all.isEmpty else { return nil }
    let fault = targets.isEmpty ? "excluded_workspaces leaves out" : "target_workspaces matches none of"
    return "\(fault) the workspaces that there are: \(all.map(\.rawValue).joined(separator: ", "))"
  }
}

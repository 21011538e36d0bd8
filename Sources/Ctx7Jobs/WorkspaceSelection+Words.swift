internal import Ctx7Documents
internal import Ctx7Model

extension WorkspaceSelection {
  /// Says that a job works on none of the workspaces that there are; nil where there are none.
  func missing(_ all: [WorkspaceName]) -> String? {
    guard !all.isEmpty else { return nil }
    let names = all.map(\.rawValue)
    let isNoneTargeted = !targets.isEmpty && !targets.contains(where: names.contains)
    let fault = isNoneTargeted ? "target_workspaces matches none of" : "excluded_workspaces leaves out"
    return "\(fault) the workspaces that there are: \(names.listed)"
  }
}

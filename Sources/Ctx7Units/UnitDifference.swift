/// What has to change on disk so that it holds the planned units.
public struct UnitDifference: Hashable, Sendable {
  /// A planned file and the text that is there now.
  public struct Update: Hashable, Sendable {
    /// As it is planned.
    public var file: UnitFile
    /// The text on disk.
    public var current: String
  }

  /// Files that are missing.
  public var created: [UnitFile] = []
  /// Files of ours with another text.
  public var updated: [Update] = []
  /// How many files are right.
  public var unchanged = 0
  /// Files of ours that no job has any more.
  public var removed: [String] = []
  /// Files that have a name of ours and were not made by us; nothing is done while there are any.
  public var foreign: [String] = []

  /// Compares a plan with what is on disk.
  ///
  /// - Parameter disk: the text of each file there whose name begins with `ctx7-job-`.
  public init(_ plan: UnitPlan, disk: [String: String]) {
    var rest = disk
    for file in plan.files {
      guard let current = rest.removeValue(forKey: file.name) else {
        created.append(file)
        continue
      }
      if !current.hasPrefix(UnitFile.marker) {
        foreign.append(file.name)
      } else if current == file.text {
        unchanged += 1
      } else {
        updated.append(Update(file: file, current: current))
      }
    }
    removed = rest.filter { $0.value.hasPrefix(UnitFile.marker) }.keys.sorted()
  }

  /// Whether the disk holds the plan.
  public var isEmpty: Bool { created.isEmpty && updated.isEmpty && removed.isEmpty }

  /// The timers that fire at other times than before: a reload would fire them at once (systemd issue 16732).
  public var rescheduledTimers: [String] {
    updated.filter { update in
      update.file.name.hasSuffix(".timer") && Self.triggers(update.current) != Self.triggers(update.file.text)
    }.map(\.file.name)
  }

  private static func triggers(_ text: String) -> [Substring] {
    text.split(separator: "\n").filter { $0.hasPrefix("On") || $0.hasPrefix("RandomizedDelaySec=") }
  }

  /// `created 2, updated 1, unchanged 1, removed 0`
  public var summary: String {
    "created \(created.count), updated \(updated.count), unchanged \(unchanged), removed \(removed.count)"
  }
}

internal import Ctx7Model

/// The run slots of the whole host, `max_concurrent_jobs` of them, and the line of those who wait for one.
///
/// Both are files of locks: a slot or a place in the line is free again the moment its process is gone.
/// systemd has a limit of its own from version 258 on only (`ConcurrencySoftMax=`), and knows no priorities.
struct HostSlots {
  let directory: String
  let slots: Int
  let places: Int

  init(_ host: HostSettings, in directory: String) {
    self.directory = directory
    slots = host.maxConcurrentJobs
    places = host.jobQueueSize
  }

  /// A slot, held until the value goes away.
  struct Slot: ~Copyable {
    fileprivate let file: LockFile
  }

  /// A place in the line, held until the value goes away.
  struct Place: ~Copyable {
    fileprivate let file: LockFile
    fileprivate let number: Int
    fileprivate let rank: Rank

    deinit { file.write((0, 0), at: number) }
  }

  /// Who goes first: the higher priority, then the longer wait.
  fileprivate struct Rank: Comparable {
    let priority: Int64
    let since: Int64
    let place: Int

    static func < (left: Rank, right: Rank) -> Bool {
      (-left.priority, left.since, left.place) < (-right.priority, right.since, right.place)
    }
  }

  private var slotFile: String { "\(directory)/host" }
  private var lineFile: String { "\(directory)/queue" }

  /// Takes a slot without waiting; nil when none is free.
  func take() throws(LockError) -> Slot? {
    let file = try LockFile(slotFile)
    for slot in 0..<slots where try file.lock(slot) { return Slot(file: file) }
    return nil
  }

  /// Whether nobody waits for a slot.
  func lineIsEmpty() throws(LockError) -> Bool {
    try LockFile(lineFile).firstHeld(in: 0..<places) == nil
  }

  /// Joins the line; nil when it is full.
  ///
  /// - Parameter since: on the monotonic clock, which all processes of a host share.
  func join(_ priority: JobPriority, since: Int64) throws(LockError) -> Place? {
    let file = try LockFile(lineFile)
    for number in 0..<places where try file.lock(number) {
      let rank = Rank(priority: priority.rank, since: since, place: number)
      file.write((rank.priority, rank.since), at: number)
      return Place(file: file, number: number, rank: rank)
    }
    return nil
  }

  /// How many go before the holder of a place.
  func ahead(of place: borrowing Place) -> Int {
    var count = 0
    var next = 0
    while let held = place.file.firstHeld(in: next..<places) {
      next = held + 1
      guard let (priority, since) = place.file.values(at: held) else { continue }
      if Rank(priority: priority, since: since, place: held) < place.rank { count += 1 }
    }
    return count
  }
}

extension JobPriority {
  fileprivate var rank: Int64 {
    switch self {
    case .low: 0
    case .medium: 1
    case .high: 2
    case .critical: 3
    }
  }
}

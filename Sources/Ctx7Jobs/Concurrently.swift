/// Does `body` for every item, at most `limit` at once, the next one as soon as one is done.
///
/// - Returns: the results, in the order in which they came.
func concurrently<Item: Sendable, Result: Sendable>(
  _ items: [Item], limit: Int, _ body: @escaping @Sendable (Item) async throws -> Result
) async throws -> [Result] {
  try await withThrowingTaskGroup(of: Result.self) { group in
    var waiting = items[...]
    var results: [Result] = []
    func startNext() {
      guard let item = waiting.popFirst() else { return }
      group.addTask { try await body(item) }
    }
    for _ in 0..<limit { startNext() }
    while let result = try await group.next() {
      results.append(result)
      startNext()
    }
    return results
  }
}

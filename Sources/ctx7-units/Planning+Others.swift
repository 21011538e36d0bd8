import Ctx7CLI
import Ctx7Model
import Ctx7Units

extension Planning {
  /// Makes sure that nothing is overwritten or removed that others have made.
  ///
  /// - Parameter units: the text of the generated units, by name.
  func requireOurs(_ difference: UnitDifference, _ units: [String: String], in directory: UnitDirectory)
    throws(Failure)
  {
    guard difference.foreign.isEmpty else {
      throw Failure(
        .badConfig, "\(directory.path)/\(difference.foreign[0]) was not made by ctx7-units",
        hint: "move it away, or give the job another job_id")
    }
    try keepOthers(difference, units)
  }

  /// Makes sure that no job of another configuration is removed, and that none loses its state; says when one is taken
  /// over.
  private func keepOthers(_ difference: UnitDifference, _ units: [String: String]) throws(Failure) {
    let own = UnitFile.Origin(target)
    func others(_ names: [String]) -> [UnitFile.Origin] {
      names.compactMap { units[$0].flatMap(UnitFile.Origin.init(ofText:)) }.filter { $0 != own }
    }
    let remove = locations.scope.command("ctx7-units remove")
    let lost = others(difference.removed).filter { $0.configuration != own.configuration }
    if let other = lost.first {
      throw Failure(
        .badConfig,
        "\(lost.count.counted("unit")) made from \(other.configuration) would be removed by \(own.configuration)",
        hint: "put the jobs into one configuration; or take all units away first, with \(remove)")
    }
    let taken = others(difference.updated.map(\.file.name))
    if let other = (others(difference.removed) + taken).first(where: {
      $0.stateDirectory != own.stateDirectory
    }) {
      let state = other.stateDirectory ?? locations.unnamedStateDirectory
      throw Failure(
        .badConfig,
        "the jobs have their state in \(state), and would begin anew in \(locations.stateDirectory)",
        hint: "give --state-dir \(state) as before; or take the units away first, with \(remove)")
    }
    if let other = taken.first(where: { $0.configuration != own.configuration }) {
      Console.standardError(
        "note: \(taken.count.counted("unit")) made from \(other.configuration) will be those of \(own.configuration)"
      )
    }
  }
}

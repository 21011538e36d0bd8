extension String {
  /// The text with a space for every control character: what comes from outside moves no cursor and sets no clipboard.
  ///
  /// - Parameter kept: those that stay.
  public func printable(keeping kept: Set<Unicode.Scalar> = []) -> String {
    String(
      UnicodeScalarView(
        unicodeScalars.map {
          $0.properties.generalCategory == .control && !kept.contains($0) ? " " : $0
        }))
  }
}

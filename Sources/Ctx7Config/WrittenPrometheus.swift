extension MappingReader {
  /// The section `prometheus`: the file that every execution renews.
  func prometheusTextFile() -> String? {
    let path = string("textfile")
    if let path, let problem = Self.problem(ofTextFile: path) {
      diagnostics.error(position(of: "textfile"), "textfile: '\(path)' \(problem)")
    }
    finish()
    return path
  }

  /// The unit may write to the file's folder.
  private static func problem(ofTextFile path: String) -> String? {
    let file = WritablePath(path)
    if let problem = file.problem { return problem }
    if file.folder.problem != nil { return "lies in /, which would open the whole system for writing" }
    return path.hasSuffix(".prom") ? nil : "does not end in .prom, and node_exporter reads no other files"
  }
}

extension MappingReader {
  /// The section `prometheus`: the file that every execution renews.
  func prometheusTextFile() -> String? {
    let path = string("textfile")
    if let path {
      let problem =
        !path.hasPrefix("/")
        ? "is not absolute"
        : !path.hasSuffix(".prom") ? "does not end in .prom, and node_exporter reads no other files" : nil
      if let problem { diagnostics.error(position(of: "textfile"), "textfile: '\(path)' \(problem)") }
    }
    finish()
    return path
  }
}

internal import Ctx7Model

/// The ranges of the time to live.
enum TTLRange {
  static let days = 1...365
  static let minimum = 1...30
  static let freshnessDays = 1...180
  static let freshness = ScalarText.Numbers.between(1...5)
  static let threshold = 1...Int.max
  static let popularity = ScalarText.Numbers.between(1...3)
  static let factor = ScalarText.Numbers.between(0.1...10)
}

extension MappingReader {
  /// The section `ttl`.
  func timeToLive(_ ttl: inout TTLSettings) {
    ttl.defaultDays = integer("default_days", TTLRange.days) ?? ttl.defaultDays
    ttl.minimumDays = integer("min_days", TTLRange.minimum) ?? ttl.minimumDays
    ttl.maximumDays = integer("max_days", TTLRange.days) ?? ttl.maximumDays
    ttl.usesTechnology = bool("enable_tech_multipliers") ?? ttl.usesTechnology
    ttl.usesType = bool("enable_doc_type_adjustments") ?? ttl.usesType
    ttl.usesFreshness = bool("enable_freshness_boost") ?? ttl.usesFreshness
    ttl.usesPopularity = bool("enable_popularity_boost") ?? ttl.usesPopularity
    ttl.freshnessDays = integer("freshness_boost_days", TTLRange.freshnessDays) ?? ttl.freshnessDays
    ttl.freshnessFactor = number("freshness_boost_multiplier", TTLRange.freshness) ?? ttl.freshnessFactor
    ttl.popularityThreshold = integer("popularity_threshold", TTLRange.threshold) ?? ttl.popularityThreshold
    ttl.popularityFactor = number("popularity_boost_multiplier", TTLRange.popularity) ?? ttl.popularityFactor
    if let factors = mapping("technology_multipliers") {
      var seen: [String: String] = [:]
      for name in factors.keys {
        if let twin = seen.updateValue(name, forKey: name.lowercased()) {
          factors.diagnostics.error(
            factors.keyPosition(of: name), "'\(twin)' and '\(name)' are one technology; remove one of them")
        }
        if let factor = factors.number(name, TTLRange.factor) { ttl.technologies[name.lowercased()] = factor }
      }
    }
    if let factors = mapping("doc_type_adjustments") {
      for type in DocumentType.allCases {
        if let factor = factors.number(type.rawValue, TTLRange.factor) { ttl.types[type] = factor }
      }
      factors.finish()
    }
  }
}

extension EnvironmentReader {
  /// The `CONTEXT7_TTL_*` variables, over what the files give.
  func apply(to ttl: inout TTLSettings) {
    let start = ttl
    ttl.defaultDays = integer("CONTEXT7_TTL_DEFAULT_DAYS", TTLRange.days) ?? ttl.defaultDays
    ttl.minimumDays = integer("CONTEXT7_TTL_MIN_DAYS", TTLRange.minimum) ?? ttl.minimumDays
    ttl.maximumDays = integer("CONTEXT7_TTL_MAX_DAYS", TTLRange.days) ?? ttl.maximumDays
    ttl.usesTechnology = bool("CONTEXT7_TTL_ENABLE_TECH_MULTIPLIERS") ?? ttl.usesTechnology
    ttl.usesType = bool("CONTEXT7_TTL_ENABLE_DOC_TYPE_ADJUSTMENTS") ?? ttl.usesType
    ttl.usesFreshness = bool("CONTEXT7_TTL_ENABLE_FRESHNESS_BOOST") ?? ttl.usesFreshness
    ttl.usesPopularity = bool("CONTEXT7_TTL_ENABLE_POPULARITY_BOOST") ?? ttl.usesPopularity
    ttl.freshnessDays =
      integer("CONTEXT7_TTL_FRESHNESS_BOOST_DAYS", TTLRange.freshnessDays) ?? ttl.freshnessDays
    ttl.freshnessFactor =
      number("CONTEXT7_TTL_FRESHNESS_BOOST_MULTIPLIER", TTLRange.freshness) ?? ttl.freshnessFactor
    ttl.popularityThreshold =
      integer("CONTEXT7_TTL_POPULARITY_THRESHOLD", TTLRange.threshold) ?? ttl.popularityThreshold
    ttl.popularityFactor =
      number("CONTEXT7_TTL_POPULARITY_BOOST_MULTIPLIER", TTLRange.popularity) ?? ttl.popularityFactor
    for (word, technology) in Self.technologies {
      if let factor = number("CONTEXT7_TTL_TECH_\(word)_MULTIPLIER", TTLRange.factor) {
        ttl.technologies[technology] = factor
      }
    }
    for type in DocumentType.allCases {
      if let factor = number("CONTEXT7_TTL_DOC_\(type.rawValue.uppercased())_ADJUSTMENT", TTLRange.factor) {
        ttl.types[type] = factor
      }
    }
    if start.problem == nil, let problem = ttl.problem { report(problem) }
  }

  /// The technologies that have a variable of their own; any other is configured in the file.
  private static let technologies = [
    ("REACT", "react"), ("VUE", "vue"), ("ANGULAR", "angular"), ("PYTHON", "python"),
    ("JAVASCRIPT", "javascript"), ("TYPESCRIPT", "typescript"), ("DOCKER", "docker"),
    ("KUBERNETES", "kubernetes"), ("AWS", "aws"), ("AZURE", "azure"), ("GCP", "gcp"), ("NODE", "node"),
  ]
}

extension TTLSettings {
  /// What the values have against each other.
  var problem: String? {
    if minimumDays >= maximumDays {
      return "ttl: min_days (\(minimumDays)) is not below max_days (\(maximumDays))"
    }
    if !(minimumDays...maximumDays).contains(defaultDays) {
      return
        "ttl: default_days (\(defaultDays)) is not between min_days (\(minimumDays)) and max_days (\(maximumDays))"
    }
    return nil
  }
}

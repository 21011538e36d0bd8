public import Ctx7Model

/// How many days a document stays fresh: one product of factors, truncated once, within bounds.
public struct TTLPolicy: Hashable, Sendable {
  /// The figures.
  public var settings: TTLSettings

  /// The reference's figures, or those that are configured.
  public init(_ settings: TTLSettings = TTLSettings()) {
    self.settings = settings
  }

  /// What is known of a document.
  public struct Subject: Sendable {
    /// What it documents.
    public var technology: String
    /// The kind of documentation.
    public var type: DocumentType
    /// The normalised text, whose words are looked at.
    public var text: String
    /// The version that it documents.
    public var version: VersionNumber?
    /// The quality score, 0…1.
    public var quality: Double
    /// Days since upstream has changed; nil where that is not known.
    public var daysSinceChange: Int?
    /// How many people like the library; nil where that is not known.
    public var stars: Int?

    /// Creates a subject.
    public init(
      technology: String, type: DocumentType, text: String, version: VersionNumber?, quality: Double,
      daysSinceChange: Int? = nil, stars: Int? = nil
    ) {
      self.daysSinceChange = daysSinceChange
      self.stars = stars
      self.technology = technology
      self.type = type
      self.text = text
      self.version = version
      self.quality = quality
    }
  }

  /// The factors that apply to a document, each with its reason, and what they come to.
  public struct Explanation: Hashable, Sendable {
    /// By what is documented.
    public var technology: Double
    /// By the kind of documentation.
    public var type: Double
    /// By words in the text.
    public var content: Double
    /// By the version that is documented.
    public var version: Double
    /// By the quality score.
    public var quality: Double
    /// By how lately upstream has changed.
    public var freshness: Double
    /// By how many people like the library.
    public var popularity: Double
    /// Days that the factors multiply.
    public var defaultDays: Int
    /// The product, rounded down and held between minimum and maximum.
    public var days: Int
  }

  /// Computes the days and shows how.
  public func explain(_ subject: Subject) -> Explanation {
    let isFresh = subject.daysSinceChange.map { $0 <= settings.freshnessDays } ?? false
    let isPopular = subject.stars.map { $0 >= settings.popularityThreshold } ?? false
    var result = Explanation(
      technology: settings.usesTechnology ? settings.technologies[subject.technology.lowercased()] ?? 1 : 1,
      type: settings.usesType ? settings.types[subject.type] ?? 1 : 1,
      content: Self.contentFactor(subject.text),
      version: Self.versionFactor(subject.version),
      quality: subject.quality > 0.9 ? 1.2 : subject.quality < 0.5 ? 0.7 : 1,
      freshness: settings.usesFreshness && isFresh ? settings.freshnessFactor : 1,
      popularity: settings.usesPopularity && isPopular ? settings.popularityFactor : 1,
      defaultDays: settings.defaultDays,
      days: 0)
    // Multiplied in this order: in another one the last bit, and so the day, may come out differently.
    let product =
      Double(settings.defaultDays) * result.technology * result.type * result.content * result.version
      * result.quality * result.freshness * result.popularity
    result.days = min(max(Int(product), settings.minimumDays), settings.maximumDays)
    return result
  }

  private static func contentFactor(_ text: String) -> Double {
    let words = Words(text)
    if words.containsAny("deprecated", "legacy", "old", "outdated") { return 0.5 }
    if words.containsAny("stable", "lts", "production", "recommended") { return 1.5 }
    if words.containsAny("beta", "experimental", "preview", "alpha") { return 0.7 }
    if words.containsAny("complete", "comprehensive", "detailed", "thorough") { return 1.2 }
    switch text.count {
    case 10_001...: return 1.1
    case ..<1000: return 0.9
    default: return 1
    }
  }

  private static func versionFactor(_ version: VersionNumber?) -> Double {
    guard let version else { return 1 }
    guard version.preRelease.isEmpty else { return 0.6 }
    switch version.major {
    case 0: return 0.8
    case 1: return 1.1
    case 2: return 1
    default: return 1.2
    }
  }
}

extension TTLPolicy.Explanation {
  /// The factors by name, as they are stored with a document.
  public var json: JSONValue {
    [
      "default_days": JSONValue(defaultDays), "technology": .number(technology), "doc_type": .number(type),
      "content": .number(content), "version": .number(version), "quality": .number(quality),
      "freshness": .number(freshness), "popularity": .number(popularity), "ttl_days": JSONValue(days),
    ]
  }
}

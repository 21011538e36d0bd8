/// How many days a document stays fresh: one product of factors, truncated once, within bounds.
public struct TTLPolicy: Hashable, Sendable {
  /// Days that the factors multiply.
  public var defaultDays = 30.0
  /// No document lives shorter than this.
  public var minimumDays = 1
  /// No document lives longer than this.
  public var maximumDays = 90
  /// Factors by technology; any other has 1.
  public var technologies: [String: Double] = [
    "react": 1.5, "vue": 1.5, "angular": 1.5, "django": 1.5, "flask": 1.5, "fastapi": 1.5, "next.js": 2,
    "typescript": 2, "bootstrap": 0.8, "webpack": 1.2, "vite": 1.2, "rollup": 1.2, "parcel": 1.2,
    "babel": 1.2, "eslint": 1.2, "prettier": 1.2, "jest": 1.2, "cypress": 1.2, "playwright": 1.2,
  ]
  /// Factors by kind of document; any other has 1.
  public var types: [DocumentType: Double] = [
    .api: 2, .guide: 1.5, .tutorial: 1.2, .reference: 2.5, .changelog: 0.5, .cookbook: 1.5,
    .bestPractices: 2, .troubleshooting: 1.8, .configuration: 1.8, .gettingStarted: 1.2, .faq: 1.5,
    .blog: 0.8, .news: 0.3, .announcement: 0.5, .releaseNotes: 0.5,
  ]

  /// The reference's figures.
  public init() {}

  /// What is known of a document.
  public struct Subject: Sendable {
    /// What it documents.
    public var technology: String
    /// The kind of documentation.
    public var type: DocumentType
    /// Title and text, whose words are looked at.
    public var text: String
    /// The version that it documents.
    public var version: VersionNumber?
    /// The quality score, 0…1.
    public var quality: Double

    /// Creates a subject.
    public init(
      technology: String, type: DocumentType, text: String, version: VersionNumber?, quality: Double
    ) {
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
    /// The product, rounded down and held between minimum and maximum.
    public var days: Int
  }

  /// Computes the days and shows how.
  public func explain(_ subject: Subject) -> Explanation {
    var result = Explanation(
      technology: technologies[subject.technology.lowercased()] ?? 1,
      type: types[subject.type] ?? 1,
      content: Self.contentFactor(subject.text),
      version: Self.versionFactor(subject.version),
      quality: subject.quality > 0.9 ? 1.2 : subject.quality < 0.5 ? 0.7 : 1,
      days: 0)
    let product =
      defaultDays * result.technology * result.type * result.content * result.version * result.quality
    result.days = min(max(Int(product), minimumDays), maximumDays)
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

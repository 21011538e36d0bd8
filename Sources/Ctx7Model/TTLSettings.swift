/// The figures of the time to live: `default_days` times a product of factors, held between bounds.
public struct TTLSettings: Hashable, Sendable {
  /// Days that the factors multiply, 1…365.
  public var defaultDays = 30
  /// No document lives shorter than this, 1…30.
  public var minimumDays = 1
  /// No document lives longer than this, 1…365.
  public var maximumDays = 90
  /// Whether the technology counts.
  public var usesTechnology = true
  /// Whether the kind of document counts.
  public var usesType = true
  /// Whether it counts that upstream has changed lately.
  public var usesFreshness = true
  /// Whether it counts how many people like the library.
  public var usesPopularity = true
  /// Days after an upstream change in which a document counts as new, 1…180.
  public var freshnessDays = 30
  /// The factor of what is new, 1…5.
  public var freshnessFactor = 1.5
  /// Stars from which on a library is popular, ≥ 1.
  public var popularityThreshold = 100
  /// The factor of what is popular, 1…3.
  public var popularityFactor = 1.3
  /// Factors by technology, in lower case; any other has 1.
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
}

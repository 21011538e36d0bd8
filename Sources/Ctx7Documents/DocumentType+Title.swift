public import Ctx7Model

extension DocumentType {
  /// Judges by the words of the title; the first rule that matches decides.
  public init(title: String) {
    let words = Words(title)
    let rule = Self.rules.first { rule in
      rule.phrases.contains { $0.split(separator: " ").allSatisfy { words.contains(String($0)) } }
    }
    self = rule?.type ?? .documentation
  }

  /// What tells a type: one of the phrases, all of its words anywhere in the title.
  private static let rules: [(type: DocumentType, phrases: [String])] = [
    (.reference, ["reference"]),
    (.api, ["api", "apis"]),
    (.tutorial, ["tutorial", "tutorials"]),
    (.gettingStarted, ["quickstart", "getting started"]),
    (.guide, ["guide", "guides"]),
    (.installation, ["installation", "installing", "setup"]),
    (.configuration, ["configuration", "config", "configuring"]),
    (.troubleshooting, ["troubleshooting", "debug", "debugging"]),
    (.changelog, ["changelog", "changes"]),
    (.migration, ["migration", "migrating", "upgrade", "upgrading"]),
    (.cookbook, ["cookbook"]),
    (.examples, ["examples", "example"]),
    (.faq, ["faq", "questions"]),
    (.bestPractices, ["patterns", "best practices"]),
    (.blog, ["blog", "post"]),
    (.announcement, ["announcement"]),
    (.news, ["news"]),
    (.releaseNotes, ["release", "releases"]),
  ]
}

public import Ctx7Model

extension DocumentType {
  /// Judges by the words of the title; the first rule that matches decides.
  public init(title: String) {
    let words = Words(title)
    self =
      if words.contains("reference") { .reference } else if words.containsAny("api", "apis") {
        .api
      } else if words.containsAny("tutorial", "tutorials") {
        .tutorial
      } else if words.contains("quickstart") || (words.contains("getting") && words.contains("started")) {
        .gettingStarted
      } else if words.containsAny("guide", "guides") {
        .guide
      } else if words.containsAny("installation", "installing", "setup") {
        .installation
      } else if words.containsAny("configuration", "config", "configuring") {
        .configuration
      } else if words.containsAny("troubleshooting", "debug", "debugging") {
        .troubleshooting
      } else if words.containsAny("changelog", "changes") {
        .changelog
      } else if words.containsAny("migration", "migrating", "upgrade", "upgrading") {
        .migration
      } else if words.contains("cookbook") { .cookbook } else if words.containsAny("examples", "example") {
        .examples
      } else if words.containsAny("faq", "questions") {
        .faq
      } else if words.contains("patterns") || (words.contains("best") && words.contains("practices")) {
        .bestPractices
      } else if words.containsAny("blog", "post") { .blog } else if words.contains("announcement") {
        .announcement
      } else if words.contains("news") { .news } else if words.containsAny("release", "releases") {
        .releaseNotes
      } else { .documentation }
  }
}

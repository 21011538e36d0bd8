/// What kind of documentation a text is; decides how long it stays fresh.
public enum DocumentType: String, CaseIterable, Sendable {
  case api
  case guide
  case tutorial
  case reference
  case gettingStarted = "getting_started"
  case installation
  case configuration
  case troubleshooting
  case changelog
  case migration
  case examples
  case cookbook
  case faq
  case bestPractices = "best_practices"
  case blog
  case news
  case announcement
  case releaseNotes = "release_notes"
  case documentation
}

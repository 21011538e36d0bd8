import ArgumentParser
import Ctx7CLI
import Ctx7Database
import Ctx7Documents

struct DocumentsRemove: Command {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Stop tracking a document, and forget its content.")

  @Argument(help: "The document's id, or the beginning of it.")
  var document: String

  @OptionGroup var message: MessageOptions
  @OptionGroup var location: LocationOptions

  func run() async throws {
    try StateDirectory(location.locations).assumeOwner()
    let store = try DocumentStore(path: location.locations.documentsFile)
    let document = try store.existing(self.document)
    _ = try store.remove(document.id)
    message.say("removed \(document.id): \(document.source)")
  }
}

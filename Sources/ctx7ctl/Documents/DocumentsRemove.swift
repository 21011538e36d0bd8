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
    let services = try location.documentServices()
    let document = try services.rows.requireDocument(self.document, in: location.locations.scope)
    _ = try await services.using(document.store).withContent { try await $0.remove(document) }
    message.say("removed \(document.id): \(document.source)")
  }
}

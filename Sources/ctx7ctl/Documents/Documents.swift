import ArgumentParser
import Ctx7CLI

struct Documents: Command {
  static let configuration = CommandConfiguration(
    abstract: "Tend the documents that are kept fresh.",
    subcommands: [DocumentsAdd.self, DocumentsList.self, DocumentsShow.self, DocumentsRemove.self])
}

import ArgumentParser
import Ctx7CLI

struct Documents: Command {
  static let configuration = CommandConfiguration(
    commandName: "documents",
    abstract: "Tend the documents that are kept fresh.",
    subcommands: [
      DocumentsAdd.self, DocumentsImport.self, DocumentsList.self, DocumentsWorkspaces.self,
      DocumentsShow.self,
      DocumentsExplain.self, DocumentsSearch.self, DocumentsCopy.self, DocumentsRemove.self,
    ])
}

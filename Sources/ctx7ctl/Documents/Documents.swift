import ArgumentParser
import Ctx7CLI

struct Documents: Command {
  static let configuration = CommandConfiguration(
    abstract: "Tend the documents that are kept fresh.",
    subcommands: [
      DocumentsAdd.self, DocumentsImport.self, DocumentsList.self, DocumentsWorkspaces.self,
      DocumentsShow.self,
      DocumentsExplain.self, DocumentsSearch.self, DocumentsCopy.self, DocumentsRemove.self,
    ])
}

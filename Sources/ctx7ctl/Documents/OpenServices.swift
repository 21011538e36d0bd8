import Ctx7CLI
import Ctx7Config
import Ctx7Database
import Ctx7Documents
import Ctx7Model
import Foundation

extension LocationOptions {
  /// The documents and the services around them, as they are configured; the process becomes their owner.
  func documentServices() throws -> DocumentServices {
    let environment = ProcessInfo.processInfo.environment
    let locations = locations
    let configuration = try Configuration.read(locations, environment: environment)
    // Only root may read them.
    let secrets = Secrets(environment: environment, folder: locations.credentialsDirectory)
    try StateDirectory(locations).assumeOwner()
    return DocumentServices(
      rows: try DocumentStore(path: locations.documentsFile), settings: configuration.host.services,
      secrets: secrets, environment: environment)
  }
}

import AsyncHTTPClient
import Ctx7CLI
import Ctx7Model
import Foundation
import NIOCore
import NIOHTTP1

/// The API's socket, through which members of group ctx7 do what they have no rights for themselves.
struct RemoteAPI {
  private let socket: String

  /// Nil for those who need no help: root and the owner of the state; the API would do what they can do.
  init?(_ locations: Locations) {
    var status = stat()
    guard locations.scope == .system, geteuid() != 0, stat(locations.stateDirectory, &status) == 0,
      status.st_uid != geteuid()
    else { return nil }
    socket = locations.apiSocket
  }

  /// Posts, and returns the answer.
  ///
  /// - Throws: `Failure` with what the API says, or with what keeps the caller from it.
  func post(_ path: String) async throws(Failure) -> JSONValue { try await send(.POST, path, []) }

  /// Posts, and returns what the API says that it has done.
  ///
  /// - Parameter limitSeconds: how long that may take.
  func message(_ path: String, _ parameters: [(String, String)] = [], limitSeconds: Int64 = 30)
    async throws(Failure) -> String
  {
    try await send(.POST, path, parameters, limitSeconds: limitSeconds)["message"]?.string ?? "done"
  }

  /// Deletes, and returns what the API says that it has done.
  func delete(_ path: String, _ parameters: [(String, String)] = []) async throws(Failure) -> String {
    try await send(.DELETE, path, parameters)["message"]?.string ?? "done"
  }

  private func send(
    _ method: HTTPMethod, _ path: String, _ parameters: [(String, String)], limitSeconds: Int64 = 30
  ) async throws(Failure) -> JSONValue {
    var location = URLComponents()
    location.queryItems = parameters.isEmpty ? nil : parameters.map { URLQueryItem(name: $0, value: $1) }
    let host = socket.replacing("/", with: "%2F")
    var request = HTTPClientRequest(
      url: "http+unix://\(host)/api/v1/background-jobs\(path)\(location.string ?? "")")
    request.method = method
    let answer: (status: UInt, body: ByteBuffer)
    do {
      let response = try await HTTPClient.shared.execute(request, timeout: .seconds(limitSeconds))
      answer = (response.status.code, try await response.body.collect(upTo: 1 << 20))
    } catch let error as HTTPClientError where [.deadlineExceeded, .readTimeout].contains(error) {
      throw Failure(
        .tryAgain, "the API is still at work after \(limitSeconds) s, and goes on",
        hint: "'ctx7ctl running' and 'ctx7ctl status' show what has come of it")
    } catch {
      throw Failure(
        .noPermission, "no API answers at \(socket)",
        hint:
          "'systemctl start ctx7-api.socket' as root opens it, and the group ctx7 may use it; or run this as root"
      )
    }
    let json = (try? JSONValue(parsing: String(buffer: answer.body))) ?? .null
    guard answer.status == 200 else {
      throw Failure(
        Self.exitStatus(answer.status), json["detail"]?.string ?? "the API answered \(answer.status)")
    }
    return json
  }

  private static func exitStatus(_ status: UInt) -> ExitStatus {
    switch status {
    case 401, 403: .noPermission
    case 404, 422: .usage
    case 409: .tryAgain
    default: .unavailable
    }
  }
}

import Ctx7Database
import Ctx7Documents
import Ctx7Model
import Synchronization
import TestSupport
import Testing

/// What a tenant is loaded for, and who else works on it: its own sweep, another of us.
@Suite struct WeaviateTenantTests {
  @Test(arguments: [
    ("HOT", true, 0), ("COLD", true, 2), ("FROZEN", false, 0), ("FREEZING", false, 0),
    ("UNFREEZING", false, 0),
    ("OFFLOADED", false, 0), ("OFFLOADING", false, 0), ("ONLOADING", false, 0), ("SOMETHING_NEW", false, 0),
  ])
  func `a tenant is loaded for the work and unloaded again, or not touched`(
    status: String, isWorkedOn: Bool, changes: Int
  ) async throws {
    try await withStore { rows in
      let weaviate = FakeWeaviate()
      try await withWeaviate(rows, weaviate) { store, _ in
        _ = try await store.put(["one"], of: rows.add("https://example.org/a"), expiresAt: now)
      }
      weaviate.setStatus(status, of: "widgets-docs")
      try await withWeaviate(rows, weaviate) { store, _ in
        let name = try workspace("widgets-docs")
        do {
          let deleted = try await store.during(name) {
            try await store.deleteExpired(in: name, at: now, batch: 5)
          }
          #expect(isWorkedOn)
          #expect(deleted.documents == 1)
        } catch let reason as WorkspaceUnavailable {
          #expect(!isWorkedOn)
          #expect(reason.status == "skipped_\(status.lowercased())")
        }
      }
      #expect(weaviate.status(of: "widgets-docs") == status)
      #expect(weaviate.activations.count == changes)
    }
  }

  @Test func `a tenant that was loaded is unloaded even when the work fails`() async throws {
    try await withStore { rows in
      let weaviate = FakeWeaviate()
      try await withWeaviate(rows, weaviate) { store, _ in
        _ = try await store.put(["one"], of: rows.add("https://example.org/a"))
      }
      weaviate.setStatus("COLD", of: "widgets-docs")
      try await withWeaviate(rows, weaviate) { store, _ in
        await #expect(throws: CancellationError.self) {
          try await store.during(workspace("widgets-docs")) { throw CancellationError() }
        }
      }
      #expect(weaviate.status(of: "widgets-docs") == "COLD")
      var settings = WeaviateSettings()
      settings.inactiveTenants = .skip
      try await withWeaviate(rows, weaviate, settings: settings) { store, _ in
        let reason = await #expect(throws: WorkspaceUnavailable.self) {
          try await store.during(workspace("widgets-docs")) {}
        }
        #expect(reason?.status == "skipped_inactive")
      }
    }
  }

  @Test(arguments: [("HOT", "COLD", 2), ("COLD", "HOT", 0)])
  func `a tenant that another job has loaded or unloaded since it was listed is worked on all the same`(
    listed: String, found: String, changes: Int
  ) async throws {
    try await withStore { rows in
      let weaviate = FakeWeaviate()
      try await withWeaviate(rows, weaviate) { store, _ in
        _ = try await store.put(["one"], of: rows.add("https://example.org/a"), expiresAt: now)
      }
      weaviate.setStatus(listed, of: "widgets-docs")
      try await withWeaviate(rows, weaviate) { store, _ in
        weaviate.setStatus(found, of: "widgets-docs")
        let name = try workspace("widgets-docs")
        let deleted = try await store.during(name) {
          try await store.deleteExpired(in: name, at: now, batch: 5)
        }
        #expect(deleted.documents == 1)
      }
      #expect(weaviate.status(of: "widgets-docs") == found)
      #expect(weaviate.activations.count == changes)
    }
  }

  @Test func `a tenant that vanishes is nothing to do`() async throws {
    try await withStore { rows in
      try await withWeaviate(rows) { store, weaviate in
        let document = try await store.put(["one"], of: rows.add("https://example.org/a"), expiresAt: now)
        weaviate.dropTenant("widgets-docs")
        let deleted = try await store.deleteExpired(in: document.workspace, at: now, batch: 50)
        #expect((deleted.documents, deleted.chunks) == (1, 0))
      }
    }
  }

  @Test func `a tenant that another job has made since is found, and its content is not taken for lost`()
    async throws
  {
    try await withStore { rows in
      let weaviate = FakeWeaviate()
      try await withWeaviate(rows, weaviate) { cleanup, _ in
        try await withWeaviate(rows, weaviate) { refresh, _ in
          _ = try await refresh.put(["one"], of: rows.add("https://example.org/a"))
        }
        let name = try workspace("widgets-docs")
        let lost = try await cleanup.during(name) { try await cleanup.reconcile(name, at: now, batch: 10) }
        #expect(lost == 0)
        #expect(try rows.documents().first?.content != nil)
      }
    }
  }

  @Test func `a limit of Weaviate's is not tried again, one of the proxy in front of it is`() async throws {
    for (headers, errorClass) in [([:], ErrorClass.quota), (["Retry-After": "600"], .rateLimit)] {
      try await withStore { rows in
        try await LoopbackServer.with({ _ in
          .init(429, #"{"errorCode":"USAGE_LIMIT_EXCEEDED","message":"too many objects"}"#, headers: headers)
        }) { server in
          var settings = WeaviateSettings()
          settings.url = server.address
          try await WebClient.with(WebClient.Options()) { [settings] client in
            let error = await #expect(throws: WeaviateError.self) {
              try await WeaviateStore.open(client, settings, key: nil, rows: rows)
            }
            #expect(error?.errorClass == errorClass)
            #expect(RetryPolicy().allowsRetry(after: errorClass, retries: 0) == (errorClass == .rateLimit))
          }
          #expect(server.requests.count == 1)
        }
      }
    }
  }

  @Test func `where Weaviate deletes by itself, the job waits a day and then does what was skipped`()
    async throws
  {
    try await withStore { rows in
      var settings = WeaviateSettings()
      settings.ttlMode = .native
      try await withWeaviate(rows, settings: settings) { store, weaviate in
        #expect(
          weaviate.schema()?.definition["objectTtlConfig"]
            == ["defaultTtl": 0, "deleteOn": "expires_at", "enabled": true])
        #expect(store.remarks.isEmpty)
        let document = try await store.put(["one"], of: rows.add("https://example.org/a"), expiresAt: now)
        let name = document.workspace
        #expect(store.nativeTTL == "expires_at")
        #expect(try await store.deleteExpired(in: name, at: now, batch: 5).documents == 0)
        #expect(try await store.deleteOrphans(in: name, at: now) == 0)
        #expect(weaviate.deletions == 0)
        let later = now.adding(seconds: 86_400)
        let deleted = try await store.deleteExpired(in: name, at: later, batch: 5)
        #expect((deleted.documents, deleted.chunks) == (1, 1))
      }
    }
  }

  @Test func `what Weaviate has deleted because it expired is not taken for lost`() async throws {
    try await withStore { rows in
      var settings = WeaviateSettings()
      settings.ttlMode = .native
      try await withWeaviate(rows, settings: settings) { store, weaviate in
        let document = try await store.put(["one"], of: rows.add("https://example.org/a"), expiresAt: now)
        for chunk in weaviate.objects("widgets-docs").keys { weaviate.remove(chunk, tenant: "widgets-docs") }
        let later = now.adding(seconds: 3 * 3600)
        #expect(try await store.reconcile(document.workspace, at: later, batch: 5) == 0)
        #expect(try rows.document(document.id) == document)
        let deleted = try await store.deleteExpired(
          in: document.workspace, at: now.adding(days: 1), batch: 5)
        #expect((deleted.documents, deleted.chunks) == (1, 0))
      }
    }
  }

  static let modes: [(JSONValue?, WeaviateSettings.TTLMode, String?)] = [
    (nil, .job, nil), (nil, .both, "ttl_mode is both, but"), (nil, .native, "refused"),
    (["enabled": true, "deleteOn": "expires_at"], .native, nil),
    (["enabled": true, "deleteOn": "expires_at"], .both, nil),
    (["enabled": true, "deleteOn": "expires_at"], .job, "Weaviate deletes expired objects"),
    (["enabled": true, "deleteOn": "_creationTimeUnix"], .both, "by _creationTimeUnix rather than"),
    (["enabled": true, "deleteOn": "_lastUpdateTimeUnix"], .native, "refused"),
  ]

  @Test(arguments: modes)
  func `what Weaviate's own sweep and the configuration have against each other is said`(
    ttl: JSONValue?, mode: WeaviateSettings.TTLMode, remark: String?
  ) async throws {
    try await withStore { rows in
      let weaviate = FakeWeaviate()
      try await withWeaviate(rows, weaviate) { _, _ in }
      let schema = try #require(weaviate.schema())
      guard case .object(let members) = schema.definition else { return }
      weaviate.define(
        "DocumentContent", .object(members + (ttl.map { [.init("objectTtlConfig", $0)] } ?? [])),
        properties: schema.properties)
      var settings = WeaviateSettings()
      settings.ttlMode = mode
      do {
        try await withWeaviate(rows, weaviate, settings: settings) { store, _ in
          #expect(store.remarks.count == (remark == nil ? 0 : 1))
          if let remark { #expect(store.remarks.first?.contains(remark) == true) }
        }
      } catch is WeaviateMismatch {
        #expect(remark == "refused")
      }
    }
  }

  @Test(.timeLimit(.minutes(5)))
  func `who waits for the other to finish shows that it is alive`() async throws {
    try await withStore { rows in
      try await LoopbackServer.with({ [weaviate = FakeWeaviate()] in weaviate.answer($0) }) { server in
        var settings = WeaviateSettings()
        settings.url = server.address
        let (beats, beat) = AsyncStream<Void>.makeStream()
        var options = WebClient.Options()
        options.beat = { beat.yield() }
        try await WebClient.with(options) { [settings] client in
          let waiting = try await WeaviateStore.open(client, settings, key: nil, rows: rows)
          let name = try workspace("widgets-docs")
          try await withWeaviate(rows) { store, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
              let (inside, entered) = AsyncStream<Void>.makeStream()
              group.addTask {
                try await store.during(name) {
                  entered.yield()
                  // Those of opening the store have come already: any further one is that of waiting.
                  let before = server.requests.count
                  var count = 0
                  for await _ in beats {
                    count += 1
                    if count > before { break }
                  }
                }
              }
              for await _ in inside { break }
              group.addTask { try await waiting.during(name) {} }
              try await group.waitForAll()
            }
          }
        }
      }
    }
  }

  @Test func `two of us do not work on one workspace at once`() async throws {
    try await withStore { rows in
      try await withWeaviate(rows) { store, _ in
        let name = try workspace("widgets-docs")
        let inside = Inside()
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 1...4 {
            group.addTask {
              try await store.during(name) {
                await #expect(inside.enter() == 1)
                try await Task.sleep(for: .milliseconds(20))
                await inside.leave()
              }
            }
          }
          try await group.waitForAll()
        }
      }
    }
  }

  @Test func `who is told to stop while another works on the workspace does not begin`() async throws {
    try await withStore { rows in
      try await withWeaviate(rows) { store, _ in
        let name = try workspace("widgets-docs")
        await withTaskGroup(of: Void.self) { group in
          let (inside, entered) = AsyncStream<Void>.makeStream()
          for _ in 1...2 {
            group.addTask {
              await #expect(throws: CancellationError.self) {
                try await store.during(name) {
                  entered.yield()
                  try await Task.sleep(for: .seconds(60))
                }
              }
            }
          }
          for await _ in inside { break }
          group.cancelAll()
        }
        #expect(try await store.during(name) { true })
      }
    }
  }
}

/// How many are in a place.
private actor Inside {
  private var count = 0

  func enter() -> Int {
    count += 1
    return count
  }

  func leave() { count -= 1 }
}

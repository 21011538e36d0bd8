// swift-tools-version: 6.2
import PackageDescription

// The module map is enforced: `make check` builds with --explicit-target-dependency-import-check error.
// Warnings are errors there too, but not for users, whose compiler or dependencies may be newer than ours.
let isStrict = Context.environment["CTX7_STRICT"] != nil

// The benchmarks of functions are a package of their own, which needs libraries. Nobody else does, and with them SwiftPM
// builds GRDB as a dynamic library too, which cannot be linked with a static runtime.
let isBenchmarked = Context.environment["CTX7_BENCHMARKS"] != nil

let package = Package(
  name: "ctx7-jobs",
  products: [
    .executable(name: "ctx7-job-exec", targets: ["ctx7-job-exec"]),
    .executable(name: "ctx7-units", targets: ["ctx7-units"]),
    .executable(name: "ctx7ctl", targets: ["ctx7ctl"]),
    .executable(name: "ctx7-api", targets: ["ctx7-api"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.5.1"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    // Without its traits it needs neither swift-configuration nor all of Foundation.
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
  ],
  targets: [
    .systemLibrary(
      name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .target(name: "Ctx7Model"),
    .target(
      name: "Ctx7Config",
      dependencies: [
        "Ctx7Model",
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "Yams", package: "Yams"),
      ]),
    .target(name: "Ctx7Units", dependencies: ["Ctx7Model", "Ctx7Config"]),
    .target(
      name: "Ctx7Database",
      dependencies: [
        "CSQLite", "Ctx7Model",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),
    .target(
      name: "Ctx7History",
      dependencies: ["Ctx7Database", "Ctx7Model", .product(name: "GRDB", package: "GRDB.swift")]),
    .target(
      name: "Ctx7Documents",
      dependencies: [
        "Ctx7Database", "Ctx7Model",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .systemLibrary(name: "CGlibc"),
    .target(name: "COneHeap"),
    .target(name: "CQuietDispatch"),
    .target(name: "Ctx7Process", dependencies: ["CGlibc"]),
    .target(name: "Ctx7Jobs", dependencies: ["Ctx7Model", "Ctx7Documents", "Ctx7Process"]),
    .target(
      name: "Ctx7Systemd",
      dependencies: ["CSystemd", "Ctx7Model", .product(name: "Logging", package: "swift-log")]),
    .target(
      name: "Ctx7Executor",
      dependencies: [
        "Ctx7Database", "Ctx7History", "Ctx7Model", "Ctx7Systemd",
        .product(name: "Logging", package: "swift-log"),
      ]),
    .target(
      name: "Ctx7Prometheus", dependencies: ["Ctx7Database", "Ctx7Documents", "Ctx7History", "Ctx7Model"],
      // In the code, since a program is one file.
      resources: [.embedInCode("Resources/rules.yml"), .embedInCode("Resources/grafana.json")]),
    .target(
      name: "Ctx7API",
      dependencies: [
        "Ctx7Database", "Ctx7Documents", "Ctx7Executor", "Ctx7History", "Ctx7Model", "Ctx7Prometheus",
        "Ctx7Systemd",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),
    .target(
      name: "Ctx7Alerts",
      dependencies: [
        "Ctx7Executor", "Ctx7Model", "Ctx7Process",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),
    .target(
      name: "Ctx7CLI",
      dependencies: [
        "Ctx7Config", "Ctx7Model",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .executableTarget(
      name: "ctx7-job-exec",
      dependencies: [
        "COneHeap", "CQuietDispatch", "Ctx7Alerts", "Ctx7CLI", "Ctx7Config", "Ctx7Database", "Ctx7Documents",
        "Ctx7Executor", "Ctx7History", "Ctx7Jobs", "Ctx7Model", "Ctx7Prometheus", "Ctx7Systemd",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ]),
    .executableTarget(
      name: "ctx7-units",
      dependencies: [
        "COneHeap", "CQuietDispatch", "Ctx7CLI", "Ctx7Config", "Ctx7Database", "Ctx7Executor", "Ctx7History",
        "Ctx7Model", "Ctx7Systemd", "Ctx7Units",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .executableTarget(
      name: "ctx7ctl",
      dependencies: [
        "COneHeap", "CQuietDispatch", "Ctx7Alerts", "Ctx7CLI", "Ctx7Config", "Ctx7Database", "Ctx7Documents",
        "Ctx7Executor", "Ctx7History", "Ctx7Model", "Ctx7Prometheus", "Ctx7Systemd",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ]),
    .executableTarget(
      name: "ctx7-api",
      dependencies: [
        "CQuietDispatch", "Ctx7API", "Ctx7CLI", "Ctx7Model", "Ctx7Systemd",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ]),
    .target(
      name: "TestSupport",
      dependencies: [
        "Ctx7Model",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      path: "Tests/TestSupport"),
    .testTarget(
      name: "CommandTests",
      dependencies: ["Ctx7CLI", "Ctx7Database", "Ctx7Documents", "Ctx7History", "Ctx7Model", "TestSupport"]),
    .testTarget(
      name: "Ctx7AlertsTests",
      dependencies: [
        "Ctx7Alerts", "Ctx7Executor", "Ctx7History", "Ctx7Model", "TestSupport",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .testTarget(
      name: "Ctx7ExecutorTests",
      dependencies: [
        "Ctx7Executor", "Ctx7History", "Ctx7Model", "Ctx7Systemd", "TestSupport",
        .product(name: "InMemoryLogging", package: "swift-log"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .testTarget(
      name: "Ctx7HistoryTests",
      dependencies: [
        "Ctx7Database", "Ctx7History", "Ctx7Model", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .testTarget(name: "Ctx7ModelTests", dependencies: ["Ctx7Model", "TestSupport"]),
    .testTarget(name: "ManualTests", dependencies: ["Ctx7Model", "TestSupport"]),
    .testTarget(
      name: "ProofTests",
      dependencies: [
        "Ctx7CLI", "Ctx7Database", "Ctx7Executor", "Ctx7History", "Ctx7Model", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    .testTarget(name: "EndToEndTests", dependencies: ["Ctx7Model", "TestSupport"]),
    .testTarget(name: "Ctx7ConfigTests", dependencies: ["Ctx7Config", "Ctx7Model"]),
    .testTarget(
      name: "Ctx7UnitsTests", dependencies: ["Ctx7Config", "Ctx7Model", "Ctx7Units", "TestSupport"],
      exclude: ["Cases"]),
    .testTarget(
      name: "Ctx7DocumentsTests",
      dependencies: [
        "Ctx7Database", "Ctx7Documents", "Ctx7Model", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .testTarget(
      name: "Ctx7APITests",
      dependencies: [
        "Ctx7API", "Ctx7Database", "Ctx7Documents", "Ctx7History", "Ctx7Model", "Ctx7Systemd", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "InMemoryLogging", package: "swift-log"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .testTarget(
      name: "Ctx7JobsTests",
      dependencies: [
        "Ctx7Database", "Ctx7Documents", "Ctx7Jobs", "Ctx7Model", "Ctx7Process", "TestSupport",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)

if isBenchmarked {
  package.products += ["Ctx7Model", "Ctx7Documents"].map { .library(name: $0, targets: [$0]) }
}

for target in package.targets where target.type != .system {
  target.swiftSettings =
    [
      .enableUpcomingFeature("ExistentialAny"),
      .enableUpcomingFeature("InternalImportsByDefault"),
      .enableUpcomingFeature("MemberImportVisibility"),
      .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ] + (isStrict ? [.treatAllWarnings(as: .error)] : [])
}

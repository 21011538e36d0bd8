// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that whoever builds the product never resolves a benchmark library.
let package = Package(
  name: "Functions",
  dependencies: [
    .package(name: "ctx7-jobs", path: "../../.."),
    // Without its traits: they interpose malloc and the Swift runtime, and time is what counts here.
    .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "Functions",
      dependencies: [
        .product(name: "Benchmark", package: "benchmark"),
        .product(name: "Ctx7Documents", package: "ctx7-jobs"),
        .product(name: "Ctx7Model", package: "ctx7-jobs"),
      ],
      path: "Benchmarks/Functions",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    .executableTarget(
      name: "next-firings", dependencies: [.product(name: "Ctx7Model", package: "ctx7-jobs")]),
  ],
  swiftLanguageModes: [.v6]
)

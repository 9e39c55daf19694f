// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// The program does without two modules that Swift imports by itself: their libraries would cost
/// each process 1.8 MB and 1 ms.
let ownSettings =
    settings + [
        .unsafeFlags([
            "-Xfrontend", "-disable-implicit-concurrency-module-import",
            "-Xfrontend", "-disable-implicit-string-processing-module-import",
        ])
    ]

/// A C target that declares the part of a system library's ABI that we use. It is linked by the
/// name of the shared object, which is there without a `-dev` package.
func systemLibrary(_ name: String, soname: String) -> Target {
    .target(
        name: name,
        cSettings: [.treatAllWarnings(as: .error)],
        linkerSettings: [.linkedLibrary(":\(soname)")])
}

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: ownSettings)
}

func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude,
        swiftSettings: settings)
}

let package = Package(
    name: "hookbatch",
    products: [.executable(name: "hookbatch", targets: ["hookbatch"])],
    targets: [
        // Loads libcurl itself, when it is needed.
        .target(name: "CCurl", cSettings: [.treatAllWarnings(as: .error)]),
        // Loads libzstd itself, when it is needed.
        .target(name: "CZstd", cSettings: [.treatAllWarnings(as: .error)]),
        // Loads libsqlite3 itself, when a store is used.
        .target(name: "CSQLite", cSettings: [.treatAllWarnings(as: .error)]),
        systemLibrary("CZlib", soname: "libz.so.1"),
        .target(name: "CPosix", cSettings: [.treatAllWarnings(as: .error)]),
        .target(name: "CBytes", cSettings: [.treatAllWarnings(as: .error)]),
        // The guides' Markdown, as bytes: `#embed` is of C23.
        .target(
            name: "CGuides",
            cSettings: [.treatAllWarnings(as: .error), .disableWarning("c23-extensions")]),

        // The commit, read from git's files by `#embed`.
        .target(
            name: "CBuild",
            cSettings: [.treatAllWarnings(as: .error), .disableWarning("c23-extensions")]),

        module("Digests"),
        module("Time", ["CPosix"]),
        module("Platform", ["CPosix", "Time"]),
        module("Records", ["CBytes", "Digests", "Time"]),
        module("HTTP", ["Digests", "Time"]),
        module("Delivery", ["Time"]),
        module("Ledger", ["CPosix", "Delivery", "HTTP", "Platform", "Records", "Time"]),
        module(
            "Destinations",
            [
                "CCurl", "CPosix", "CSQLite", "Delivery", "Digests", "HTTP", "Platform", "Records",
                "Time",
            ]),
        module(
            "Sending",
            [
                "CZlib", "CZstd", "Delivery", "Destinations", "Digests", "HTTP", "Ledger",
                "Platform", "Records", "Time",
            ]),
        module(
            "Webhooks", ["Delivery", "Destinations", "HTTP", "Ledger", "Platform", "Time"]),
        module(
            "LocalAPI",
            ["CPosix", "Delivery", "Destinations", "HTTP", "Platform", "Records", "Time"]),
        .executableTarget(
            name: "hookbatch",
            dependencies: [
                "CBuild", "CGuides", "CPosix", "Delivery", "Destinations", "Digests", "HTTP",
                "Ledger",
                "LocalAPI", "Platform", "Records", "Sending", "Time", "Webhooks",
            ],
            swiftSettings: ownSettings),

        .target(
            name: "CTestPosix", path: "Tests/CTestPosix",
            cSettings: [.treatAllWarnings(as: .error)]),
        .target(
            name: "TestSupport", dependencies: ["CTestPosix", "Delivery", "Time"],
            path: "Tests/TestSupport",
            swiftSettings: settings),
        // Drives the core of a run with a simulated clock, server and disk.
        .executableTarget(
            name: "simulator",
            dependencies: [
                "Delivery", "Ledger", "Platform", "Records", "Sending", "TestSupport", "Time",
            ],
            path: "Tests/Simulator", swiftSettings: settings),
        tests("DigestsTests", ["Digests"]),
        tests("TimeTests", ["Time"]),
        tests("PlatformTests", ["CPosix", "Platform", "Time"]),
        tests("RecordsTests", ["CBytes", "Records", "Time"]),
        tests("HTTPTests", ["Digests", "HTTP"]),
        tests("DeliveryTests", ["Delivery", "Ledger", "Records", "Time"]),
        tests(
            "SendingTests",
            ["simulator", "Sending", "Delivery", "Ledger", "Platform", "Records", "Time"]),
        tests("LedgerTests", ["Ledger", "Delivery", "Platform", "Records"]),
        tests(
            "DestinationsTests",
            ["CPosix", "Destinations", "Delivery", "HTTP", "Platform", "Records", "Time"]),
        tests(
            "LocalAPITests",
            ["LocalAPI", "Delivery", "Destinations", "HTTP", "Platform", "Records", "Time"]),
        tests(
            "CommandLineTests",
            [
                "hookbatch", "Delivery", "Ledger", "Platform", "Records", "Sending", "Time",
                "Webhooks",
            ]),
        tests(
            "SystemTests", ["hookbatch", "Destinations", "HTTP"],
            exclude: ["Compatibility/0.1.0", "Compatibility/make", "Exports"]),
    ]
)

import Foundation

/// The program under test, and data for it that is not part of the project.
package enum Hookbatch {
    /// The path of the built program: `HOOKBATCH_BINARY`, or the one built beside the tests.
    package static let binary: String = {
        if let given = environment("HOOKBATCH_BINARY") { return given }
        let runner = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return runner.deletingLastPathComponent().appendingPathComponent("hookbatch").path
    }()

    /// The root of the project's sources.
    package static let root: String = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The folder of conformance data by others, from `HOOKBATCH_CONFORMANCE_DATA`.
    package static let conformanceData: String? = environment("HOOKBATCH_CONFORMANCE_DATA")

    /// An optimised build, from `HOOKBATCH_RELEASE_BINARY`: what the program really costs.
    package static let releaseBinary: String? = environment("HOOKBATCH_RELEASE_BINARY")

    /// The program at which is measured: the optimised build if there is one.
    package static let measured: String = releaseBinary ?? binary

    /// Whether what a program costs is its own doing: a sanitizer allocates for itself.
    package static let canBeMeasured: Bool = {
        environment("ASAN_OPTIONS") == nil && environment("TSAN_OPTIONS") == nil
    }()

    private static func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name]
    }
}

import Foundation

/// The program under test, and data for it from outside the project.
package enum Hookbatch {
    /// The path of the program: `HOOKBATCH_BINARY`, or the one built with the tests.
    package static let binary: String = {
        if let given = environment("HOOKBATCH_BINARY") { return given }
        let runner = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return runner.deletingLastPathComponent().appendingPathComponent("hookbatch").path
    }()

    /// The root of the project's sources.
    package static let root: String = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The folder of external conformance data, from `HOOKBATCH_CONFORMANCE_DATA`.
    package static let conformanceData: String? = environment("HOOKBATCH_CONFORMANCE_DATA")

    /// An optimised build for measurements, from `HOOKBATCH_RELEASE_BINARY`.
    package static let releaseBinary: String? = environment("HOOKBATCH_RELEASE_BINARY")

    /// The program to measure: the optimised build if there is one.
    package static let measured: String = releaseBinary ?? binary

    /// Whether `measured` has costs worth measuring: a sanitizer has costs of its own.
    package static let canBeMeasured: Bool = releaseBinary != nil || !isSanitized

    /// Whether `binary` was built with a sanitizer, by the options that it is given.
    package static let isSanitized: Bool =
        environment("ASAN_OPTIONS") != nil || environment("TSAN_OPTIONS") != nil

    private static func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name]
    }
}

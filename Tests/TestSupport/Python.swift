import Foundation
package import Testing

/// Python programs that tests run, with the modules that are installed for the tests.
package enum Python {
    /// Runs a program and returns its end; the parameters are those of `Program`.
    package static func run(
        _ source: String, _ arguments: [String] = [], input: Program.Input = .nothing
    ) throws(SystemFailure) -> ProgramResult {
        try Program.run(
            "python3", ["-c", source] + arguments, environment: environment, input: input)
    }

    /// Where Python searches for modules, as in the test's own environment.
    private static var environment: [String: String] {
        ProcessInfo.processInfo.environment.filter { ["HOME", "PYTHONPATH"].contains($0.key) }
    }

    fileprivate static func has(_ module: String) -> Bool {
        (try? run("import \(module)"))?.exitCode == 0
    }
}

/// Skips a test with a reason where a Python module that it needs is not installed.
///
/// With `CI=true` the test fails instead.
package struct NeedsPython: TestTrait, SuiteTrait {
    package var modules: [String]

    package var isRecursive: Bool { true }

    package func prepare(for test: Test) async throws {
        let missing = modules.filter { !Python.has($0) }
        guard !missing.isEmpty else { return }
        let reason = "not installed for python3: " + missing.joined(separator: ", ")
        if ProcessInfo.processInfo.environment["CI"] == "true" { throw MissingTool(reason: reason) }
        try await ConditionTrait.enabled(if: false, Comment(rawValue: reason)).prepare(for: test)
    }
}

extension Trait where Self == NeedsPython {
    /// - Parameter modules: names of Python modules.
    package static func needsPython(_ modules: String...) -> NeedsPython {
        NeedsPython(modules: modules)
    }
}

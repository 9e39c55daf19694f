import Foundation
package import Testing

/// Skips a test with a reason where a program that it needs is not installed.
///
/// With `CI=true` the test fails instead.
package struct Needs: TestTrait, SuiteTrait {
    package var tools: [String]

    package var isRecursive: Bool { true }

    package func prepare(for test: Test) async throws {
        let missing = tools.filter { Tool.path($0) == nil }
        guard !missing.isEmpty else { return }
        let reason = "not installed: " + missing.joined(separator: ", ")
        if ProcessInfo.processInfo.environment["CI"] == "true" { throw MissingTool(reason: reason) }
        try await ConditionTrait.enabled(if: false, Comment(rawValue: reason)).prepare(for: test)
    }
}

extension Trait where Self == Needs {
    /// - Parameter tools: names of programs, searched in `PATH` and the administrators' folders.
    package static func needs(_ tools: String...) -> Needs { Needs(tools: tools) }
}

/// A program that a test needs and that is not installed although `CI=true`.
package struct MissingTool: Error, CustomStringConvertible {
    package var reason: String

    package var description: String { reason }
}

/// Installed programs that tests use.
package enum Tool {
    /// Returns the path of `name`; nil if it is not installed.
    package static func path(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        // nginx is in a folder that a user's PATH may lack.
        let folders =
            path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin"]
        return folders.map { "\($0)/\(name)" }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
    }

    package static func has(_ name: String) -> Bool { path(name) != nil }
}

import Foundation
package import Testing

/// Skips a test with a reason where this process can't give files to another user.
///
/// With `CI=true` the test fails instead.
package struct NeedsRoot: TestTrait {
    package func prepare(for test: Test) async throws {
        guard geteuid() != 0 else { return }
        let reason = "only root may give files to another user"
        if ProcessInfo.processInfo.environment["CI"] == "true" { throw MissingTool(reason: reason) }
        try await ConditionTrait.enabled(if: false, Comment(rawValue: reason)).prepare(for: test)
    }
}

extension Trait where Self == NeedsRoot {
    /// Skips the test if the process is not root.
    package static var needsRoot: NeedsRoot { NeedsRoot() }
}

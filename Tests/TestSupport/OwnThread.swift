import Foundation
package import Testing

/// Runs each test case on threads of its own. Tests that block while a program runs then do so side
/// by side, instead of one after the other on the few threads of Swift's pool.
///
/// A hundred programs on two processors would each be too slow for what its test allows it: so many
/// at once as there are places, and the others wait for one.
package struct OwnThread: TestTrait, SuiteTrait, TestScoping {
    private let places: Places
    /// Whether the task has a place already: its suite and its test may both ask for one.
    @TaskLocal private static var hasPlace = false

    package var isRecursive: Bool { true }

    /// Both arbitrary: enough that two processors are busy, and too few to keep a clock waiting.
    fileprivate static let waiting = OwnThread(places: Places(10))
    fileprivate static let working = OwnThread(places: Places(4))

    private init(places: Places) { self.places = places }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        guard !Self.hasPlace else { return try await function() }
        await places.take()
        defer { places.giveBack() }
        try await Self.$hasPlace.withValue(true) {
            try await withTaskExecutorPreference(ThreadForEachJob()) { try await function() }
        }
    }
}

extension Trait where Self == OwnThread {
    /// For tests that do little but wait for what runs elsewhere: many run at once.
    package static var ownThread: OwnThread { .waiting }

    /// For tests that run programs and look at what these made: a few run at once.
    package static var sideBySide: OwnThread { .working }
}

/// A number of places that tasks take and give back; who finds none waits for one, in turn.
package final class Places: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Monitor<State>

    package init(_ count: Int) { state = Monitor(State(free: count)) }

    package func take() async {
        await withCheckedContinuation { continuation in
            let isFree = state.update { state in
                if state.free == 0 {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    package func giveBack() {
        let next: CheckedContinuation<Void, Never>? = state.update { state in
            if state.waiting.isEmpty {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}

private final class ThreadForEachJob: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        Thread.detachNewThread { job.runSynchronously(on: executor) }
    }
}

import Foundation
package import Testing

/// Runs each test case on its own threads.
///
/// Tests that block while a program runs then run concurrently, instead of one after the other on
/// the few threads of Swift's pool.
///
/// A hundred programs on two processors would each exceed the time that its test allows. So a
/// number of places limits the concurrent tests, and the others wait for a place.
package struct OwnThread: TestTrait, SuiteTrait, TestScoping {
    private let places: Places
    /// Whether the task already has a place: its suite and its test may both request one.
    @TaskLocal private static var hasPlace = false

    package var isRecursive: Bool { true }

    /// Both numbers are arbitrary: they keep two processors busy without delaying timers.
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
    /// For tests that mostly wait for other processes: many run at once.
    package static var ownThread: OwnThread { .waiting }

    /// For tests that run programs and check their results: a few run at once.
    package static var sideBySide: OwnThread { .working }
}

/// A counting semaphore for tasks, which wait for a place in order.
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

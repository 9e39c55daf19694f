import Destinations
import Glibc
import Ledger
import Platform
import Webhooks

/// The thread of `serve --deliver`, with a connection to the store of its own.
///
/// A failure of the store or of the report is printed, and the thread tries again: the server
/// continues meanwhile.
final class DeliveryThread {
    private let work: Work
    private let thread: WorkerThread
    private let lock: DeliverLock

    /// - Parameters:
    ///   - lock: that of the store, which this object keeps.
    ///   - gate: shared with the server's connection to the store.
    init(
        _ options: DeliverOptions, report: AttemptReport?, lock: consuming DeliverLock,
        gate: StoreGate?
    ) throws(DestinationError) {
        let work = try Work(options, report, gate)
        self.work = work
        self.lock = lock
        thread = try DestinationError.system(try WorkerThread("deliver") { work.run() })
    }

    /// Starts what was stored.
    func wake() { work.wake.raise() }

    /// Lets the requests in flight end; the second call aborts them.
    func stop() { work.stop.raise() }

    /// Waits for the thread's end; each further signal is another stop.
    func join(_ process: ServerProcess) -> DeliverSummary {
        var wanted = [work.done.descriptor, process.stop].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        while !work.done.lower() {
            _ = poll(&wanted, 2, -1)
            if process.mustStop() { stop() }
        }
        thread.join()
        return work.summary
    }

    /// The state that both threads share.
    ///
    /// Unchecked: the thread alone uses the variables until `done`, and writes before a flag is raised
    /// happen before reads after it is taken.
    private final class Work: @unchecked Sendable {
        let wake: EventFlag
        let stop: EventFlag
        let done: EventFlag
        private let options: DeliverOptions
        private let report: AttemptReport?
        private let gate: StoreGate?
        private(set) var summary = DeliverSummary()
        /// The failure that was printed last, until deliveries work again.
        private var lastFailure: String?
        /// A loop that replaces a failed one does not print a notice again.
        private let notices = DeliverNotices.printed()

        /// The wait after a failure, in milliseconds. Arbitrary: a full disk is not freed sooner.
        private static let pause: Int32 = 2000

        init(
            _ options: DeliverOptions, _ report: AttemptReport?, _ gate: StoreGate?
        ) throws(DestinationError) {
            wake = try DestinationError.system(try EventFlag())
            stop = try DestinationError.system(try EventFlag())
            done = try DestinationError.system(try EventFlag())
            self.options = options
            self.report = report
            self.gate = gate
        }

        func run() {
            while !deliver(), !isStopped(within: Self.pause) {}
            done.raise()
        }

        /// Delivers until a stop; false after a failure.
        private func deliver() -> Bool {
            var loop: DeliverLoop?
            do throws(DestinationError) {
                let store = try StoreDeliveries(
                    path: options.storePath, isOrdered: options.settings.isOrdered, gate: gate)
                let started = try DeliverLoop(
                    store: store, settings: options.settings, report: report, notices: notices)
                loop = started
                var last = try started.run(
                    wakers: [wake.descriptor, stop.descriptor],
                    mustStop: {
                        _ = wake.lower()
                        return stop.lower()
                    },
                    worked: { recover() })
                last.add(earlier: summary)
                summary = last
                return true
            } catch {
                let text = StoreFailure.text(error)
                if text != lastFailure {
                    lastFailure = text
                    Terminal.say("deliveries wait until this works: " + text)
                }
                guard let loop else { return false }
                summary.add(earlier: loop.summary)
                return loop.summary.wasStopped
            }
        }

        /// Prints that deliveries work again after a failure.
        private func recover() {
            guard lastFailure != nil else { return }
            lastFailure = nil
            Terminal.say("deliveries work again")
        }

        private func isStopped(within milliseconds: Int32) -> Bool {
            var wanted = pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0)
            _ = poll(&wanted, 1, milliseconds)
            return stop.lower()
        }
    }
}

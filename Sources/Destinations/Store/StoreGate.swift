import Glibc

/// The order of the write transactions of one process that has several connections to a store.
///
/// SQLite waits for another connection by sleeping, up to 100 ms at a time; a mutex does not. Each
/// connection enters before a transaction, and leaves after it, on its own thread.
package final class StoreGate: @unchecked Sendable {
    // Unchecked: the pointer is constant, and what it refers to is a mutex.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>

    package init() {
        mutex = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// One connection's use of a gate.
    struct Pass: ~Copyable {
        private let gate: StoreGate?
        private var isInside = false

        /// - Parameter gate: Nil without another connection.
        init(_ gate: StoreGate?) { self.gate = gate }

        deinit { if isInside, let gate { pthread_mutex_unlock(gate.mutex) } }

        mutating func enter() {
            guard !isInside, let gate else { return }
            pthread_mutex_lock(gate.mutex)
            isInside = true
        }

        mutating func leave() {
            guard isInside, let gate else { return }
            isInside = false
            pthread_mutex_unlock(gate.mutex)
        }
    }
}

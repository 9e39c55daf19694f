import Delivery
import Ledger
package import Platform
package import Records

/// The lines of an earlier run that arrived, as the user knows from the receiver: they are recorded
/// as accepted instead of being sent.
///
/// Their Idempotency-Keys are here; tests of their fields are `RecordSelection.arrivals`.
package struct ArrivedLines: Sendable {
    private let keys: [TextSet]
    /// The start of the keys of lines that have no other, `hb-RUN-`; nil if there are no such keys.
    private let keyPrefix: [UInt8]?

    /// - Parameters:
    ///   - keys: The keys, in any number of sets.
    ///   - options: The options that a resume must share, by flag.
    package init(keys: [TextSet], options: [String: String]) {
        self.keys = keys
        let run = options[RetriedRun.firstRunOption] ?? ""
        keyPrefix =
            run.isEmpty || RetriedRun.readUndelivered(options) ? nil : Array("hb-\(run)-".utf8)
    }

    /// Returns whether the last record, which is valid, is one of them.
    ///
    /// - Parameter origin: Where it was first; nil if that is not known.
    func contain(lastOf source: RecordSource, _ origin: RecordOrigin?) -> Bool {
        if !keys.isEmpty {
            if let own = source.bytes(source.record.idempotencyKey) {
                if keys.contains(where: { $0.contains(own) }) { return true }
            } else if let key = origin?.key ?? derivedKey(of: source) {
                let isOne = key.withUnsafeBytes { key in keys.contains { $0.contains(key) } }
                if isOne { return true }
            }
        }
        return source.isArrived()
    }

    private func derivedKey(of source: RecordSource) -> [UInt8]? {
        guard let keyPrefix else { return nil }
        return keyPrefix + "\(source.id.file)-\(source.id.line)".utf8
    }
}

/// How many of the lines that may have arrived did.
package struct ArrivedCount: Hashable, Sendable {
    package var arrived: UInt64 = 0
    /// All that may have arrived.
    package var all: UInt64 = 0
    /// Whether one of the first has one of the named fields, which do not include the Idempotency-Key.
    package var hasField = false
    /// Maximum lines of which the fields are compared.
    static let maxCompared: UInt64 = 1000
}

extension RunPlan {
    /// Reads the inputs of a retry and counts the lines that arrived; nil without `arrived`.
    ///
    /// Nothing is sent before it is known that lines match: with a wrong value those would be sent
    /// that arrived.
    package func countArrived(
        _ inputs: RunInputs, _ observer: any RunObserver, _ signals: Signals
    ) throws(SendError) -> ArrivedCount? {
        guard let arrived else { return nil }
        let progress = VerifyProgress(nil, observer, signals, deadline: deadline)
        let source = RecordSource(
            try inputs.again(), options: readerOptions, skip: skip,
            retry: try retry.map { retry throws(SendError) in try RetryLines(retry) })
        var count = ArrivedCount()
        while true {
            switch try source.next() {
            case .record:
                try progress.noteRecord(bytes: source.record.length, isDone: true)
                var view = source.view
                let origin = try source.takeOrigin(into: &view)
                guard source.record.problem == nil, view.mayHaveArrived else { continue }
                count.all += 1
                if !count.hasField, count.all <= ArrivedCount.maxCompared {
                    count.hasField = source.hasFieldOfArrivals()
                }
                if arrived.contain(lastOf: source, origin) { count.arrived += 1 }
            case .nothingYet: try progress.update()
            case .waits, .needsRoom, .end: return count
            }
        }
    }
}

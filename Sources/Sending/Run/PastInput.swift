import Delivery
package import Ledger
package import Records
import Time

/// An input of an earlier run, from its summary.
package struct PastInput: Hashable, Sendable {
    package let path: String
    /// Bytes; nil for a stream, which can't be read again.
    package let size: UInt64?
    /// Last modification (RFC 3339); nil for a stream.
    private let modified: String?

    /// Returns the inputs in a summary, in their order.
    package static func all(in summary: JSONFields) -> [PastInput] {
        summary.elements("inputs").compactMap { input in
            input.string("path").map { path in
                PastInput(
                    path: path, size: input.number("size"), modified: input.string("modified_at"))
            }
        }
    }

    /// Whether an input has the same size and time of modification now; false for a stream.
    package func isUnchanged(_ now: InputIdentity) -> Bool {
        !now.isStream && size == now.size
            && modified == Timestamp(nanoseconds: now.modifiedNanoseconds).rfc3339
    }
}

extension Counts {
    /// The counts in a summary; 0 for those that are missing.
    init(in summary: JSONFields) {
        self.init()
        for outcome in Outcome.allCases {
            self[outcome] = summary.number("counts", outcome.rawValue) ?? 0
        }
    }
}

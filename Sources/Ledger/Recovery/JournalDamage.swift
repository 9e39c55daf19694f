/// The reason why a journal can't be resumed.
package struct JournalDamage: Hashable, Sendable {
    /// The offset of the damaged row in the journal.
    package var offset: UInt64
    package var reason: Reason

    package init(offset: UInt64, reason: Reason) {
        self.offset = offset
        self.reason = reason
    }

    package enum Reason: Hashable, Sendable {
        /// A row before the last one is corrupt or too long.
        case unreadableRow
        /// A row's checksum is correct, but its members are invalid.
        case malformedRow
        /// A row kind that this version does not know.
        case unknownKind
        /// A format version that this version does not know.
        case unknownVersion(UInt64)
        /// The first row is not the only `run` row.
        case misplacedRun
        /// A second outcome of a record.
        case secondOutcome(input: Int, record: UInt64)
        /// A row of an input that is not one of the run's.
        case unknownInput(Int)
        /// A row after the `finished` row.
        case rowAfterEnd
    }

    /// One sentence without a full stop, with the offset.
    package var message: String {
        let fault =
            switch reason {
            case .unreadableRow: "a row before the last one is damaged"
            case .malformedRow: "a row has invalid members"
            case .unknownKind: "a row has an unknown kind (from a newer version?)"
            case .unknownVersion(let version):
                "the journal has version \(version), but this program reads "
                    + "\(JournalHeader.versions.lowerBound) to \(JournalHeader.newestVersion)"
            case .misplacedRun: "the first row is not the only \"run\" row"
            case .secondOutcome(let input, let record):
                "record \(record) of input \(input) has a second outcome"
            case .unknownInput(let input): "a row's input \(input) is not one of the run's"
            case .rowAfterEnd: "a row follows the \"finished\" row"
            }
        return "\(fault), at byte \(offset)"
    }
}

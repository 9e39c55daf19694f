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
        /// A row's checksum is wrong or missing, or the row is too long, and other rows follow.
        case unreadableRow
        /// A row's checksum is correct, but its members are not those of its kind.
        case malformedRow
        /// A row kind that this version does not know.
        case unknownKind
        /// A format version that this version does not know.
        case unknownVersion(UInt64)
        /// The first row is not a `run` row, or a second one follows.
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
            case .unreadableRow: "a row is damaged and is not the last one"
            case .malformedRow: "a row has other members than its kind has"
            case .unknownKind: "a row is of an unknown kind (written by a newer version?)"
            case .unknownVersion(let version):
                "it has version \(version); this program reads version \(JournalHeader.version)"
            case .misplacedRun: "it does not begin with its one \"run\" row"
            case .secondOutcome(let input, let record):
                "record \(record) of input \(input) has a second outcome"
            case .unknownInput(let input): "a row is of input \(input), which the run does not have"
            case .rowAfterEnd: "a row follows the one that ends the run"
            }
        return "\(fault), at byte \(offset)"
    }
}

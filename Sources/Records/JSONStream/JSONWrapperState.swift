/// The place of a reader among the objects around the array of records, by `ReaderOptions.records`.
struct JSONWrapperState {
    /// What comes next, after white space.
    enum Place: Hashable {
        case value
        /// A member's name, or the end of the object.
        case firstName
        case name
        case colon
        /// A comma, or the end of the object.
        case afterValue
    }

    var place = Place.value
    /// The number of open objects on the way.
    var depth = 0
    /// Whether the next value is on the way to the array.
    var isOnTheWay = true
    /// Whether the current value has the array.
    var hasArray = false
    /// Whether a value beside the way is being skipped.
    var isSkipping = false
    /// The first byte and line of the current value.
    var start: (offset: ByteOffset, line: LineNumber)?

    /// Whether no value has begun.
    var isAtStart: Bool { start == nil }
    /// Whether the current value has ended.
    var isComplete: Bool { start != nil && depth == 0 && place == .afterValue && !isSkipping }
}

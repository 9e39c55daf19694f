/// The state of reading a JSON input: a sequence of values and arrays of values.
struct JSONStreamState {
    /// What may come next in the input, after white space.
    enum Place: Hashable {
        /// A value, an array of records, or the end of the input.
        case topLevel
        /// A record, or the end of the array.
        case arrayStart
        /// A record.
        case afterComma
        /// A comma or the end of the array.
        case afterElement
        /// The rest of the input, of which nothing is read.
        case rest
        /// The rest of the input, which has its row.
        case leftOut
    }

    var place = Place.topLevel
    /// The search for the end of the value at the buffer's head; nil if it was not necessary yet.
    var frame: JSONFrame?
    /// The number of bytes of the value that `frame` has scanned.
    var framedCount = 0
    /// Whether the value at the buffer's head is over the size limit and its bytes are dropped.
    var isSkipping = false
    /// The reason to leave out the rest; nil after an invalid record.
    var restCause: JSONProblem.Reason?
    /// Whether the rest has begun to be consumed.
    var isLeavingOut = false
    /// The open objects on the way to the array of records.
    var wrapper = JSONWrapperState()

    /// Ends the search for the end of a value.
    mutating func endFrame() {
        frame = nil
        framedCount = 0
    }
}

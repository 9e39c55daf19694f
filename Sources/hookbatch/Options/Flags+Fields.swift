/// Flags for files that were not made for this program.
extension Flags {
    static let foreign: [FlagDeclaration] = [map.declaration, set.declaration, skip.declaration]

    static let map = Flag(
        "map", .fieldMap, defaultNote: "each under its own name", isRepeatable: true,
        for: [.send, .check], .input,
        "Where appId, event_type or payload stands in a record: a JSON Pointer, empty for the "
            + "whole record, or in CSV a column. One for each field.")
    static let set = Flag(
        "set", .fieldConstant, defaultNote: "none", isRepeatable: true, for: [.send, .check],
        .input,
        "The same appId, event_type or payload for every record; a payload is JSON. One for "
            + "each field.")
    static let skip = Flag(
        "skip", .count(0...Int.max, example: 1000), default: "0", for: [.send, .check], .input,
        "Leave out this many records at the start, of all inputs together; blank lines don't "
            + "count.")
}

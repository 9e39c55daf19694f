/// Flags that map other column and member names.
extension Flags {
    static let mapping: [FlagDeclaration] = [
        map.declaration, set.declaration, records.declaration, skip.declaration,
    ]

    static let map = Flag(
        "map", .fieldMap, defaultNote: "the fields' own names", isRepeatable: true,
        for: [.send, .check], .input,
        "The position of appId, event_type or payload in a record: a JSON Pointer (empty for the "
            + "whole record) or a CSV column. Repeat it for each field.")
    static let set = Flag(
        "set", .fieldConstant, defaultNote: "none", isRepeatable: true, for: [.send, .check],
        .input,
        "Set the same appId, event_type or payload for every record; a payload is JSON. Repeat "
            + "it for each field.")
    static let records = Flag(
        "records", .arrayPath, defaultNote: "the values and the elements of arrays",
        for: [.send, .check], .input,
        "The array of records in each JSON value, such as /events in {\"events\":[…]}.")
    static let skip = Flag(
        "skip", .count(0...Int.max, example: 1000), default: "0", for: [.send, .check], .input,
        "Skip the first N records of all inputs together; blank lines don't count.")
}

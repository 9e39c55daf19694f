import Records

/// The positions of the fields in a record, and the records to read.
struct FieldFlags: Sendable {
    let map = Flag(
        "map", .fieldMap, defaultNote: "the fields' own names", isRepeatable: true,
        for: [.send, .check], .input,
        "The position of appId, event_type or payload in a record: a JSON Pointer (empty for the "
            + "whole record) or a CSV column. payload/NAME=POINTER adds a member to the payload "
            + "instead, and payload=* all others. A CSV cell is a string; with :json, :number, "
            + ":decimal-comma or :boolean after the column's name it is that. Repeat it for each "
            + "field or member.")
    let set = Flag(
        "set", .fieldConstant, defaultNote: "none", isRepeatable: true, for: [.send, .check],
        .input,
        "Set the same appId, event_type or payload for every record; a payload is JSON. "
            + "payload/NAME=JSON adds a member to a payload of members. Repeat it for each field "
            + "or member.")
    let emptyCells = Flag(
        "empty-cells", .choice(example: PayloadTemplate.EmptyCells.null), default: "omit",
        for: [.send, .check], .input,
        "What an empty CSV cell becomes in a payload of members: no member, null or a string.")
    let null = Flag(
        "null", .nullText, defaultNote: "none", for: [.send, .check], .input,
        "The text of an unquoted CSV cell that means null in a payload of members.")
    let records = Flag(
        "records", .arrayPath, defaultNote: "the values and the elements of arrays",
        for: [.send, .check], .input,
        "The array of records in each JSON value, such as /events in {\"events\":[…]}; 'none' if the "
            + "values are the records.")
    /// The value of `--records` that is the same as no `--records`.
    static let noRecords = "none"
    let skip = Flag(
        "skip", .count(0...Int.max, example: 1000), default: "0", for: [.send, .check], .input,
        "Skip the first N records of all inputs together; blank lines don't count.")
}

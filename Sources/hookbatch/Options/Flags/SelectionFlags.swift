/// The records of the inputs to send.
struct SelectionFlags: Sendable {
    let only = Flag(
        "only", .fieldValues, defaultNote: "all", isRepeatable: true, for: [.send, .check], .input,
        "Read only records whose field has one of these values; FIELD is appId, event_type, a "
            + "JSON Pointer or a CSV column. A * at the start or the end of a value is any text. "
            + "Repeat it for further conditions: all must hold.")
    let except = Flag(
        "except", .fieldValues, defaultNote: "none", isRepeatable: true, for: [.send, .check],
        .input, "Leave out records whose field has one of these values, written as for --only.")
}

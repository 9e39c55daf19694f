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
    let time = Flag(
        "time", .fieldPath, defaultNote: "none", isRepeatable: true, for: [.send, .check], .input,
        "The position of each record's time, for --since, --until and --pace recorded: a JSON "
            + "Pointer or a CSV column. Repeat it if lines name their time differently: the first "
            + "position with a value counts, in the order given.")
    let timeFormat = Flag(
        "time-format", .timeFormat, defaultNote: "by the form and size", for: [.send, .check],
        .input,
        "The format of the times: RFC 3339, an access log's, a Unix number, or a pattern such as "
            + "'%d.%m.%Y %H:%M'. A time without an offset is in --time-zone if that is given, else in UTC."
    )
    let since = Flag(
        "since", .timeBound, defaultNote: "the first", for: [.send, .check], .input,
        "Read only records at or after this time, or this duration before the start of the run.")
    let until = Flag(
        "until", .timeBound, defaultNote: "the last", for: [.send, .check], .input,
        "Read only records before this time, or this duration before the start of the run.")
}

/// The pending conversion of a payload.
enum UnpreparedPayload {
    /// JSON with doubled quotes.
    case quotedJSON
    /// Text to convert to a JSON string literal, and the literal's length once counted.
    case text(CSVCell, count: Int?)
    /// Members to build, of a record in any format, and their maximum length once counted.
    case members(count: Int?)
}

/// The pending conversion of a payload in a CSV cell.
enum UnpreparedPayload {
    /// JSON with doubled quotes.
    case quotedJSON
    /// Text to convert to a JSON string literal, and the literal's length once counted.
    case text(CSVCell, count: Int?)
}

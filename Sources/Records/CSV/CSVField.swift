/// The position of a field's text without quotes, relative to the row's start.
struct CSVField {
    var start = 0
    var end = 0
    /// Whether the text contains doubled quotes or, in another dialect than RFC 4180, escapes.
    ///
    /// Otherwise it contains no quotes, unless they are ordinary characters. An empty escaped text
    /// is a null.
    var isEscaped = false
}

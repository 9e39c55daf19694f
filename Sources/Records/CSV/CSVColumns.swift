/// The columns of the fields in a CSV input, from 0; -1 without one.
struct CSVColumns {
    var appID = -1
    var eventType = -1
    var payload = -1
    /// The column of the idempotency key, possibly that of another field.
    var key = -1
    /// The number of columns of a row; 0 while unknown.
    var count = 0
}

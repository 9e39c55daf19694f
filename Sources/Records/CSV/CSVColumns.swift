/// The columns of the fields in a CSV input, from 0; -1 without one.
struct CSVColumns {
    var appID = -1
    var eventType = -1
    var payload = -1
    /// The column of the idempotency key, possibly that of another field.
    var key = -1
    /// The number of columns of a row; 0 while unknown.
    var count = 0
    /// The number of cells of a row that is valid without another check.
    ///
    /// -1 if each row must end in a delimiter after its last cell.
    var exactCount = 0

    var isCountKnown: Bool { count > 0 }

    /// Sets the number of columns without a header. The payload column is optional.
    mutating func setCount(firstRow found: Int) {
        let maxCount = max([appID, eventType, payload].count { $0 >= 0 }, 1)
        let minCount = payload >= 0 ? max(maxCount - 1, 1) : maxCount
        count = found == minCount ? minCount : maxCount
        exactCount = count
    }
}

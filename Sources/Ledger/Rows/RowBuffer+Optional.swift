/// Appends values that a row may not have: `null` without one.
extension RowBuffer {
    @inline(__always)
    mutating func append(optional value: Int?) {
        if let value { append(decimal: value) } else { append("null") }
    }

    mutating func append(optional value: UInt64?) {
        if let value { append(decimal: value) } else { append("null") }
    }

    mutating func append(optional text: String?) {
        if let text { append(text: text) } else { append("null") }
    }

    @inline(__always)
    mutating func append(optional text: UnsafeRawBufferPointer?) {
        if let text { append(text: text) } else { append("null") }
    }
}

/// Calls `body` with the UTF-8 of `text`.
func withBytes<R>(
    _ text: String, _ body: (UnsafeRawBufferPointer) throws -> R
) rethrows -> R {
    var text = text
    return try text.withUTF8 { try body(UnsafeRawBufferPointer($0)) }
}

/// An input of the fuzzer: a text, followed by one byte that selects the options.
///
/// The options include small limits, which small inputs reach.
struct FuzzInput {
    let text: UnsafeRawBufferPointer
    let choice: UInt8

    /// Splits the input; nil without the byte for the options.
    init?(_ start: UnsafePointer<UInt8>?, _ count: Int) {
        guard let start, count > 0 else { return nil }
        text = UnsafeRawBufferPointer(start: start, count: count - 1)
        choice = start[count - 1]
    }
}

/// What the fuzzer made up: a text to be read, and behind it a byte that picks the options, so that
/// small inputs reach small limits too.
struct FuzzInput {
    let text: UnsafeRawBufferPointer
    let choice: UInt8

    /// Nil without a byte to pick the options.
    init?(_ start: UnsafePointer<UInt8>?, _ count: Int) {
        guard let start, count > 0 else { return nil }
        text = UnsafeRawBufferPointer(start: start, count: count - 1)
        choice = start[count - 1]
    }
}

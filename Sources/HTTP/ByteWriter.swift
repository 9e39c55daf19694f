/// A writer into a buffer of precomputed size; writing past its end is a broken invariant.
struct ByteWriter {
    private let output: UnsafeMutableRawBufferPointer
    /// The number of bytes written.
    private(set) var count = 0

    init(_ output: UnsafeMutableRawBufferPointer) {
        self.output = output
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count <= output.count - count, "the buffer is too small")
        guard let source = bytes.baseAddress, let target = output.baseAddress else { return }
        (target + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { append(UnsafeRawBufferPointer($0)) }
    }

    mutating func append(_ byte: UInt8) {
        precondition(count < output.count, "the buffer is too small")
        output[count] = byte
        count += 1
    }

    /// Appends a non-negative number in decimal digits.
    mutating func appendDecimal(_ number: Int) {
        precondition(number >= 0, "a negative number has no place in a message")
        var divisor = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            append(ASCII.zero + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}

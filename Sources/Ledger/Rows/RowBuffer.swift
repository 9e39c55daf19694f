/// A growing buffer of rows, with formatting that does not allocate.
struct RowBuffer: ~Copyable {
    private(set) var base: UnsafeMutablePointer<UInt8>
    var count = 0
    private var capacity: Int
    /// The second of the last timestamp, since 1970; -1 without one.
    var lastSecond: Int64 = -1
    /// The first bytes of the last timestamp, up to its milliseconds.
    var lastSecondText: (UInt64, UInt64, UInt64) = (0, 0, 0)

    init(capacity: Int) {
        self.capacity = max(capacity, 64)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    /// The bytes so far, borrowed until the next change.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    mutating func removeAll() { count = 0 }

    /// Removes the bytes from `start` on.
    mutating func cut(to start: Int) {
        precondition(start <= count, "a buffer is cut within its bytes")
        count = start
    }

    /// Reserves memory for `extra` more bytes.
    @inline(__always)
    mutating func reserve(_ extra: Int) {
        if extra > capacity - count { grow(extra) }
    }

    @inline(never)
    private mutating func grow(_ extra: Int) {
        let larger = max(capacity * 2, count + extra)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: base, count: count)
        base.deallocate()
        base = moved
        capacity = larger
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        let length = text.utf8CodeUnitCount
        reserve(length)
        (base + count).update(from: text.utf8Start, count: length)
        count += length
    }

    @inline(__always)
    mutating func append(byte: UInt8) {
        reserve(1)
        base[count] = byte
        count += 1
    }

    /// Appends eight bytes in memory's order.
    @inline(__always)
    mutating func append(word: UInt64) {
        reserve(8)
        UnsafeMutableRawPointer(base + count).storeBytes(of: word, as: UInt64.self)
        count += 8
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        reserve(bytes.count)
        UnsafeMutableRawPointer(base + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    /// Appends `value` in decimal.
    @inline(__always)
    mutating func append(decimal value: UInt64) {
        reserve(20)
        if value < 10 {
            base[count] = 0x30 + UInt8(truncatingIfNeeded: value)
            count += 1
            return
        }
        var length = 1
        var bound: UInt64 = 10
        while value >= bound {
            length += 1
            if length == 20 { break }
            bound *= 10
        }
        var rest = value
        var index = count + length
        while index > count {
            index -= 1
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            base[index] = 0x30 + UInt8(truncatingIfNeeded: digit)
            rest = quotient
        }
        count += length
    }

    @inline(__always)
    mutating func append(decimal value: Int) {
        if value < 0 { append(byte: 0x2d) }
        append(decimal: UInt64(value.magnitude))
    }

    /// Appends `value` as 8 lower-case hexadecimal digits.
    @inline(__always)
    mutating func append(hex value: UInt32) {
        // One nibble per byte, the first digit in the highest byte.
        var digits = UInt64(value)
        digits = (digits & 0xffff_0000) << 16 | (digits & 0xffff)
        digits = (digits & 0x0000_ff00_0000_ff00) << 8 | (digits & 0x0000_00ff_0000_00ff)
        digits = (digits & 0x00f0_00f0_00f0_00f0) << 4 | (digits & 0x000f_000f_000f_000f)
        let ones: UInt64 = 0x0101_0101_0101_0101
        // From 10 on the sum carries into the fifth bit; 39 characters lie between `9` and `a`.
        let letters = (digits &+ 6 &* ones) >> 4 & ones
        append(word: (digits &+ 0x30 &* ones &+ letters &* 39).bigEndian)
    }

    /// Appends `value` as 16 lower-case hexadecimal digits.
    @inline(__always)
    mutating func append(hex value: UInt64) {
        append(hex: UInt32(truncatingIfNeeded: value >> 32))
        append(hex: UInt32(truncatingIfNeeded: value))
    }

    /// Appends `value` in decimal, padded with zeros to `digits` digits.
    @inline(__always)
    mutating func append(padded value: Int, digits: Int) {
        reserve(digits)
        var rest = value
        var index = digits
        while index > 0 {
            index -= 1
            base[count + index] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count += digits
    }
}

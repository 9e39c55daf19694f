/// HMAC with SHA-256 (RFC 2104, FIPS 198-1) of bytes that come in parts.
///
/// A value with a key is a template: a copy of it authenticates one message.
package struct HMACSHA256: Sendable {
    private var inner = SHA256()
    private var outer = SHA256()

    /// - Parameter key: any number of bytes; a key of more than a block is hashed first.
    package init(key: [UInt8]) {
        var block = key.count > SHA256.blockSize ? SHA256.hash(key).bytes : key
        block += [UInt8](repeating: 0, count: SHA256.blockSize - block.count)
        inner.update(block.map { $0 ^ 0x36 })
        outer.update(block.map { $0 ^ 0x5C })
    }

    package mutating func update(_ bytes: some Sequence<UInt8>) { inner.update(bytes) }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) { inner.update(bytes) }

    package consuming func finish() -> SHA256.Value {
        var outer = outer
        outer.update(inner.finish().bytes)
        return outer.finish()
    }
}

/// A decoder of compressed data that arrives in pieces. One thread owns it.
package protocol Decoder: AnyObject {
    /// The compression format.
    var packing: Packing { get }
    /// Whether `unpack` may return bytes or fail without more input.
    var hasMore: Bool { get }
    /// Decompressed bytes so far.
    var unpacked: UInt64 { get }

    /// Fills the input buffer with `read`, which returns the number of bytes; 0 is the end.
    ///
    /// The previous input must be decompressed. Returns the result of `read`.
    func takeIn<E>(
        _ read: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) -> Int

    /// Decompresses into the front of `buffer`. Returns the number of bytes; 0 if input is needed.
    ///
    /// Returns all bytes before an error, then throws it.
    func unpack(into buffer: UnsafeMutableRawBufferPointer) throws(PackingError) -> Int

    /// Throws if the compressed data may not end here.
    func checkEnd() throws(PackingError)
}

import CZlib

/// A decoder of consecutive gzip members that arrive in pieces.
///
/// Memory is bounded by zlib's window and `packedSize` input bytes. One thread owns the decoder.
package final class Gunzip: Decoder {
    /// Maximum compressed bytes per read. They may expand a thousandfold, and a stopped stream must
    /// keep all of it.
    package static let packedSize = 16 << 10

    private enum State {
        /// Before a member, or at the end.
        case between
        case within
        /// In the zeros after the last member, the padding of tapes.
        case padding
        case failed(PackingError)
    }

    /// The version of zlib.
    package static var libraryVersion: String { String(cString: zlibVersion()) }

    // zlib refuses a stream that was moved in memory.
    private let stream: UnsafeMutablePointer<czlib_stream>
    private let packed: UnsafeMutablePointer<UInt8>
    private var state = State.between
    private var members = 0
    /// Whether zlib may have more output than fit.
    private var holdsMore = false
    package private(set) var unpacked: UInt64 = 0

    package var packing: Packing { .gzip }

    package init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: czlib_stream())
        packed = .allocate(capacity: Self.packedSize)
        stream.pointee.next_in = UnsafePointer(packed)
        if czlib_begin_gzip(stream) != CZLIB_OK { state = .failed(.outOfMemory) }
    }

    deinit {
        _ = inflateEnd(stream)
        stream.deallocate()
        packed.deallocate()
    }

    package var hasMore: Bool {
        if case .failed = state { return true }
        return stream.pointee.avail_in > 0 || holdsMore
    }

    package func takeIn<E>(
        _ read: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) -> Int {
        precondition(!hasMore, "packed bytes would be written over")
        let count = try read(UnsafeMutableRawBufferPointer(start: packed, count: Self.packedSize))
        precondition(count <= Self.packedSize, "a read returned an impossible count")
        stream.pointee.next_in = UnsafePointer(packed)
        stream.pointee.avail_in = UInt32(count)
        return count
    }

    package func unpack(into buffer: UnsafeMutableRawBufferPointer) throws(PackingError) -> Int {
        let room = min(buffer.count, 1 << 30)
        stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(room)
        while hasMore, stream.pointee.avail_out > 0 {
            if case .failed = state { break }
            step()
        }
        let count = room - Int(stream.pointee.avail_out)
        unpacked += UInt64(count)
        if case .failed(let error) = state, count == 0 { throw error }
        return count
    }

    package func checkEnd() throws(PackingError) {
        if case .within = state { throw .truncated }
    }

    private func step() {
        switch state {
        case .failed: break
        case .padding: skipZeros()
        case .between:
            let first = stream.pointee.next_in.pointee
            if members > 0, first == 0 {
                state = .padding
            } else if members > 0, first != Packing.gzip.magic[0] {
                state = .failed(.trailingBytes)
            } else {
                state = .within
            }
        case .within: inflateSome()
        }
    }

    private func skipZeros() {
        while stream.pointee.avail_in > 0 {
            guard stream.pointee.next_in.pointee == 0 else {
                state = .failed(.trailingBytes)
                return
            }
            stream.pointee.next_in += 1
            stream.pointee.avail_in -= 1
        }
    }

    private func inflateSome() {
        let result = inflate(stream, CZLIB_NO_FLUSH)
        holdsMore = stream.pointee.avail_out == 0
        switch result {
        case CZLIB_OK: break
        case CZLIB_STREAM_END:
            members += 1
            holdsMore = false
            state = inflateReset(stream) == CZLIB_OK ? .between : .failed(.outOfMemory)
        case CZLIB_BUF_ERROR:
            // There was no more output. With input left, this is impossible.
            holdsMore = false
            if stream.pointee.avail_in > 0 { state = .failed(.corrupt("no progress")) }
        case CZLIB_MEM_ERROR: state = .failed(.outOfMemory)
        default: state = .failed(reason())
        }
    }

    private func reason() -> PackingError {
        // Without correct magic bytes, later data is not a member.
        if members > 0, stream.pointee.total_in <= 2, stream.pointee.total_out == 0 {
            return .trailingBytes
        }
        return .corrupt(stream.pointee.msg.map { String(cString: $0) } ?? "invalid data")
    }
}

import CZlib

/// What is wrong with a gzip file (RFC 1952).
enum GzipFault: Error, Hashable {
    /// It ends within a member.
    case truncated
    /// A member's content, length or checksum is not what it must be; in zlib's own words.
    case corrupt(String)
    /// Something follows the last member that is neither a member nor zeros.
    case trailingBytes
    case outOfMemory
}

/// Unpacks gzip members, one after the other, that come in pieces.
///
/// Memory is bounded: zlib's window, and `packedSize` bytes that were taken in. One thread owns it.
final class Gunzip {
    /// How many packed bytes are taken in at a time. What is taken in may unpack to a thousand times
    /// as much, and all of it must be kept where a stream stops.
    static let packedSize = 16 << 10

    private enum State {
        /// Before a member, or at the end.
        case between
        case within
        /// In the zeros behind the last member, with which tapes are filled up.
        case padding
        case failed(GzipFault)
    }

    // zlib remembers where its stream is, and refuses to work on one that was moved.
    private let stream: UnsafeMutablePointer<czlib_stream>
    private let packed: UnsafeMutablePointer<UInt8>
    private var state = State.between
    private var members = 0
    /// Whether zlib may hold more that it had no room to write.
    private var holdsMore = false
    /// How many bytes were unpacked so far.
    private(set) var unpacked: UInt64 = 0

    init() {
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

    /// Whether `unpack` may give something, or fail, before more is taken in.
    var hasMore: Bool {
        if case .failed = state { return true }
        return stream.pointee.avail_in > 0 || holdsMore
    }

    /// Lets `read` write packed bytes, as it returns how many, where they are taken from. All that
    /// was taken in before must have been unpacked. Returns what `read` does; 0 is the end.
    func takeIn<E>(
        _ read: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) -> Int {
        precondition(!hasMore, "packed bytes would be written over")
        let count = try read(UnsafeMutableRawBufferPointer(start: packed, count: Self.packedSize))
        precondition(count <= Self.packedSize, "a read returned an impossible count")
        stream.pointee.next_in = UnsafePointer(packed)
        stream.pointee.avail_in = UInt32(count)
        return count
    }

    /// Fills `buffer` from the front with what the bytes taken in unpack to. Returns how much it is;
    /// 0 if more must be taken in first. What comes before a fault is given before it is thrown.
    func unpack(into buffer: UnsafeMutableRawBufferPointer) throws(GzipFault) -> Int {
        let room = min(buffer.count, 1 << 30)
        stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(room)
        while hasMore, stream.pointee.avail_out > 0 {
            if case .failed = state { break }
            step()
        }
        let count = room - Int(stream.pointee.avail_out)
        unpacked += UInt64(count)
        if case .failed(let fault) = state, count == 0 { throw fault }
        return count
    }

    /// Throws if the packed bytes may not end here.
    func checkEnd() throws(GzipFault) {
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
            // Nothing could be done: it held nothing more after all. With packed bytes left that
            // can't be.
            holdsMore = false
            if stream.pointee.avail_in > 0 { state = .failed(.corrupt("no progress")) }
        case CZLIB_MEM_ERROR: state = .failed(.outOfMemory)
        default: state = .failed(fault())
        }
    }

    private func fault() -> GzipFault {
        // A member after the first of which not even the magic bytes are right is none.
        if members > 0, stream.pointee.total_in <= 2, stream.pointee.total_out == 0 {
            return .trailingBytes
        }
        return .corrupt(stream.pointee.msg.map { String(cString: $0) } ?? "invalid data")
    }
}

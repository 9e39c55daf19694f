import CZstd

/// A decoder of consecutive zstd frames (RFC 8878) that arrive in pieces. Skippable frames are
/// skipped.
///
/// Memory is bounded by the window, 128 MiB at most, and the input buffer. One thread owns the
/// decoder.
package final class Unzstd: Decoder {
    /// The logarithm of the maximum window in bytes: 128 MiB, as the program `zstd` accepts.
    package static let maxWindowLog: Int32 = 27

    private enum State {
        /// Before a frame, or at the end.
        case between
        case within
        case failed(PackingError)
    }

    private let stream: OpaquePointer
    private let packed: UnsafeMutableRawBufferPointer
    private var input: hb_zstd_in
    private var state = State.between
    private var frames = 0
    /// Whether the library may have more output than fit.
    private var holdsMore = false
    package private(set) var unpacked: UInt64 = 0

    package var packing: Packing { .zstd }

    /// Why the library can't be used; nil if it can. Loads it at the first call.
    package static let loadFailure = hb_zstd_load().map { String(cString: $0) }

    /// The version that can be loaded; nil without one.
    package static var libraryVersion: String? {
        loadFailure == nil ? String(cString: hb_zstd_version()) : nil
    }

    /// Nil without memory. The library must be loaded.
    ///
    /// - Parameter packedSize: Maximum compressed bytes per read. They may expand to 32,768 times
    ///   their size, and a stopped stream must keep all of it.
    package init?(packedSize: Int) {
        precondition(Self.loadFailure == nil, "libzstd is not loaded")
        guard let stream = hb_zstd_create(Self.maxWindowLog) else { return nil }
        self.stream = stream
        packed = .allocate(byteCount: packedSize, alignment: 1)
        input = hb_zstd_in(src: packed.baseAddress, size: 0, pos: 0)
    }

    deinit {
        hb_zstd_free(stream)
        packed.deallocate()
    }

    package var hasMore: Bool {
        if case .failed = state { return true }
        return input.pos < input.size || holdsMore
    }

    package func takeIn<E>(
        _ read: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) -> Int {
        precondition(!hasMore, "packed bytes would be written over")
        let count = try read(packed)
        precondition(count <= packed.count, "a read returned an impossible count")
        input.size = count
        input.pos = 0
        return count
    }

    package func unpack(into buffer: UnsafeMutableRawBufferPointer) throws(PackingError) -> Int {
        var output = hb_zstd_out(dst: buffer.baseAddress, size: buffer.count, pos: 0)
        while hasMore, output.pos < output.size {
            if case .failed = state { break }
            step(&output)
        }
        unpacked += UInt64(output.pos)
        if case .failed(let error) = state, output.pos == 0 { throw error }
        return output.pos
    }

    package func checkEnd() throws(PackingError) {
        if case .within = state { throw .truncated }
    }

    private func step(_ output: inout hb_zstd_out) {
        let before = (input.pos, output.pos)
        let result = hb_zstd_decompress(stream, &output, &input)
        let code = hb_zstd_error(result)
        guard code == 0 else {
            state = .failed(reason(code, result))
            return
        }
        if result == 0 {
            frames += 1
            state = .between
            holdsMore = false
            return
        }
        state = .within
        holdsMore = output.pos == output.size
        // Without progress the frame needs more input. With input left, this is impossible.
        if before == (input.pos, output.pos), input.pos < input.size {
            state = .failed(.corrupt("no progress"))
        }
    }

    private func reason(_ code: Int32, _ result: Int) -> PackingError {
        switch code {
        case HB_ZSTD_WINDOW_TOO_LARGE: .windowTooLarge
        case HB_ZSTD_MEMORY_ALLOCATION: .outOfMemory
        case HB_ZSTD_PREFIX_UNKNOWN where frames > 0: .trailingBytes
        default: .corrupt(hb_zstd_error_name(result).map { String(cString: $0) } ?? "invalid data")
        }
    }
}

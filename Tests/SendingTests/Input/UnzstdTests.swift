import Sending
import TestSupport
import Testing

/// Decompresses zstd data in pieces of `chunk` bytes. Returns the bytes and the error.
private func unpack(
    _ packed: [UInt8], chunk: Int = 16 << 10, room: Int = 64 << 10
) throws -> (bytes: [UInt8], error: PackingError?) {
    try #require(Unzstd.loadFailure == nil)
    let unzstd = try #require(Unzstd(packedSize: 16 << 10))
    return unpack(packed, with: unzstd, chunk: chunk, room: room)
}

@Suite("Decompressing zstd", .needs("zstd")) struct UnzstdTests {
    private static let text = Array((1...400).map { "line \($0 * $0) of a file\n" }.joined().utf8)

    @Test("zstd data gives the original bytes for any chunks and any room")
    func splits() throws {
        let packed = try Zstd.pack(Self.text)
        for (chunk, room) in [(1, 1000), (7, 13), (100, 1), (10_000, 65_536)] {
            let result = try unpack(packed, chunk: chunk, room: room)
            #expect(result.bytes == Self.text && result.error == nil, "\(chunk) \(room)")
        }
    }

    @Test("Several zstd frames are one file, and skippable and empty frames have no bytes")
    func frames() throws {
        let (one, two, empty) = (try Zstd.pack("one"), try Zstd.pack("two"), try Zstd.pack(""))
        for chunk in [1, 5, 10_000] {
            for packed in [
                one + two, one + empty + two, Zstd.skippable + one + Zstd.skippable + two,
                one + two + Zstd.skippable,
            ] {
                let result = try unpack(packed, chunk: chunk)
                #expect(result.bytes == Array("onetwo".utf8) && result.error == nil)
            }
            let nothing = try unpack(empty, chunk: chunk)
            #expect(nothing.bytes.isEmpty && nothing.error == nil)
        }
    }

    @Test("Every truncated zstd file gives its bytes, then an error")
    func cuts() throws {
        let packed = try Zstd.pack(Self.text.prefix(2000))
        for length in 1..<packed.count {
            let result = try unpack(Array(packed[..<length]))
            #expect(result.error == .truncated, "\(length)")
            #expect(Self.text.starts(with: result.bytes), "\(length)")
        }
    }

    @Test("Every flipped bit of a zstd frame with a checksum is detected, or changes no content")
    func damage() throws {
        let packed = try Zstd.pack(Self.text.prefix(2000))
        for place in packed.indices {
            for bit in 0..<8 {
                var bytes = packed
                bytes[place] ^= 1 << bit
                // Without its flag, the checksum is data after the frame.
                let (found, error) = try unpack(bytes)
                #expect(
                    error != nil || found == Array(Self.text.prefix(2000)), "\(place) \(bit)")
                #expect(error != .outOfMemory)
            }
        }
    }

    @Test("Other bytes after the last zstd frame are rejected")
    func trailing() throws {
        let packed = try Zstd.pack("one")
        for chunk in [1, 10_000] {
            let result = try unpack(packed + Array("rubbish".utf8), chunk: chunk)
            #expect(result.bytes == Array("one".utf8))
            #expect(result.error == .trailingBytes)
        }
    }

    @Test("A window of 128 MiB is accepted, and a larger one is rejected")
    func windows() throws {
        let accepted = try unpack(Zstd.frame(windowLog: 27))
        #expect(accepted.bytes == Array("x".utf8) && accepted.error == nil)
        for windowLog in [28, 31, 41] {
            let rejected = try unpack(Zstd.frame(windowLog: windowLog))
            #expect(rejected.bytes.isEmpty && rejected.error == .windowTooLarge)
        }
    }

    @Test("Decompression of zstd data never exceeds the room")
    func bomb() throws {
        let packed = try Zstd.pack([UInt8](repeating: 0x20, count: 8 << 20))
        #expect(packed.count < 16 << 10)
        let unzstd = try #require(Unzstd(packedSize: 16 << 10))
        _ = unzstd.takeIn { space in
            space.copyBytes(from: packed)
            return packed.count
        }
        var buffer = [UInt8](repeating: 0, count: 100)
        for turn in 1...10 {
            #expect(try buffer.withUnsafeMutableBytes { try unzstd.unpack(into: $0) } == 100)
            #expect(unzstd.unpacked == UInt64(turn * 100))
            #expect(unzstd.hasMore)
        }
    }

    @Test(
        "zstd data is recognised by a frame or a skippable frame",
        arguments: [
            ([0x50, 0x2A, 0x4D, 0x18], .packed(.zstd)), (Zstd.skippable, .packed(.zstd)),
            ([0x5F, 0x2A], .needsMore), (Array("P*M,type".utf8), .plain),
            (Array("PQ".utf8), .plain), ([0x60, 0x2A, 0x4D, 0x18], .plain),
        ] as [([UInt8], Packing.Verdict)])
    func magic(bytes: [UInt8], verdict: Packing.Verdict) {
        #expect(Packing.verdict(onFirstBytes: bytes) == verdict)
    }
}

import Sending
import TestSupport
import Testing

/// Decompresses a gzip file in pieces of `chunk` bytes. Returns the bytes and the error.
private func unpack(
    _ packed: [UInt8], chunk: Int = Gunzip.packedSize, room: Int = 64 << 10
) -> (bytes: [UInt8], error: PackingError?) {
    unpack(packed, with: Gunzip(), chunk: chunk, room: room)
}

/// The start of a zip archive up to its first name and what follows.
private func zip(_ name: String) -> [UInt8] {
    [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 26) + Array(name.utf8)
}

@Suite("Decompressing gzip") struct GunzipTests {
    private static let text = Array((1...400).map { "line \($0 * $0) of a file\n" }.joined().utf8)

    @Test("Decompression returns the original bytes for any chunks and any room")
    func splits() throws {
        let packed = try Gzip.pack(Self.text)
        for (chunk, room) in [(1, 1000), (7, 13), (100, 1), (10_000, 65_536)] {
            let result = unpack(packed, chunk: chunk, room: room)
            #expect(result.bytes == Self.text && result.error == nil, "\(chunk) \(room)")
        }
    }

    @Test("Several gzip members are one file, and zeros after them are ignored")
    func members() throws {
        let (one, two) = (try Gzip.pack("one"), try Gzip.pack("two"))
        let empty = try Gzip.pack("")
        for chunk in [1, 5, 10_000] {
            #expect(unpack(one + two, chunk: chunk).bytes == Array("onetwo".utf8))
            #expect(unpack(one + empty + two, chunk: chunk).error == nil)
            let padded = unpack(one + two + [UInt8](repeating: 0, count: 1000), chunk: chunk)
            #expect(padded.bytes == Array("onetwo".utf8) && padded.error == nil)
        }
        #expect(unpack(empty).bytes == [])
    }

    @Test("Every truncated gzip file gives its bytes, then an error")
    func cuts() throws {
        let packed = try Gzip.pack(Self.text.prefix(2000))
        for length in 1..<packed.count {
            let result = unpack(Array(packed[..<length]))
            #expect(result.error == .truncated, "\(length)")
            #expect(Self.text.starts(with: result.bytes), "\(length)")
        }
    }

    @Test("Every flipped bit that changes the contents of a gzip file is detected")
    func damage() throws {
        let packed = try Gzip.pack(Self.text.prefix(2000))
        // The flags, the time, the level and the system: RFC 1952 §2.3.1.
        for place in packed.indices where !(3...9).contains(place) {
            for bit in 0..<8 {
                var bytes = packed
                bytes[place] ^= 1 << bit
                let (found, error) = unpack(bytes)
                // The last bits before the checksum may be unused.
                #expect(
                    error != nil || found == Array(Self.text.prefix(2000)), "\(place) \(bit)")
                #expect(error != .outOfMemory)
            }
        }
    }

    @Test(
        "Other bytes after the last gzip member are rejected",
        arguments: ["x", "\u{1F}", "\u{1F}x", "\0x"])
    func trailing(bytes: String) throws {
        let packed = try Gzip.pack("one")
        for chunk in [1, 10_000] {
            let result = unpack(packed + Array(bytes.utf8), chunk: chunk)
            #expect(result.bytes == Array("one".utf8))
            // The first byte alone may begin a member.
            #expect(result.error == (bytes == "\u{1F}" ? .truncated : .trailingBytes))
        }
    }

    @Test("Decompression never exceeds the room")
    func bomb() throws {
        let packed = try Gzip.pack([UInt8](repeating: 0x20, count: 8 << 20))
        #expect(packed.count < Gunzip.packedSize)
        let gunzip = Gunzip()
        _ = gunzip.takeIn { space in
            space.copyBytes(from: packed)
            return packed.count
        }
        var buffer = [UInt8](repeating: 0, count: 100)
        for turn in 1...10 {
            #expect(try buffer.withUnsafeMutableBytes { try gunzip.unpack(into: $0) } == 100)
            #expect(gunzip.unpacked == UInt64(turn * 100))
            #expect(gunzip.hasMore)
        }
    }

    @Test(
        "The first bytes identify the compression format",
        arguments: [
            ([], .plain), ([0x7B], .plain), ([0x1F], .needsMore), ([0x1F, 0x8B], .packed(.gzip)),
            ([0x1F, 0x20], .plain), ([0x28, 0xB5], .needsMore),
            ([0x28, 0xB5, 0x2F, 0xFD, 0], .packed(.zstd)), ([0x50, 0x4B, 3, 4], .packed(.zip)),
            ([0x50, 0x4B, 0x2C], .plain), (Array("BZh9,type".utf8), .plain),
            (Array("BZ".utf8), .needsMore), (Array("BZh9".utf8), .needsMore),
            (Array("BZh91AY&SY".utf8), .packed(.bzip2)),
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], .packed(.xz)),
            (Array("PAR1\u{15}".utf8), .packed(.parquet)), (Array("PAR1,type".utf8), .plain),
            (Array("PAR1".utf8), .needsMore), (Array("Obj\u{1}".utf8), .packed(.avro)),
            ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], .packed(.spreadsheet)),
            (zip("[Content_Types].xml"), .packed(.spreadsheet)), (zip("in.csv"), .packed(.zip)),
            (zip("mimetypeapplication/vnd.oasis.opendocument.spreadsheet"), .packed(.spreadsheet)),
            (zip("mimetypeapplication/epub+zip"), .packed(.zip)),
        ] as [([UInt8], Packing.Verdict)])
    func magic(bytes: [UInt8], verdict: Packing.Verdict) {
        #expect(Packing.verdict(onFirstBytes: bytes) == verdict)
    }
}

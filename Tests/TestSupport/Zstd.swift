/// Compression by the `zstd` program, independent of the program under test.
package enum Zstd {
    package struct Failure: Error {}

    /// Returns one zstd frame with a checksum.
    package static func pack(
        _ bytes: some Sequence<UInt8>, _ flags: [String] = []
    ) throws -> [UInt8] {
        let result = try Program.run("zstd", flags + ["-q", "-c"], input: .bytes(Array(bytes)))
        guard result.exitCode == 0 else { throw Failure() }
        return result.standardOutput
    }

    package static func pack(_ text: String) throws -> [UInt8] { try pack(text.utf8) }

    /// A skippable frame, RFC 8878 §3.1.2.
    package static let skippable: [UInt8] = [0x53, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]

    /// A frame of one byte, `x`, whose window has 2^`windowLog` bytes: RFC 8878 §3.1.1.
    package static func frame(windowLog: Int) -> [UInt8] {
        [0x28, 0xB5, 0x2F, 0xFD, 0x00, UInt8((windowLog - 10) << 3)] + [0x09, 0, 0, 0x78]
    }
}

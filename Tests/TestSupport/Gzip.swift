/// Compression by the `gzip` program, independent of the program under test.
package enum Gzip {
    package struct Failure: Error {}

    /// Returns one gzip member.
    package static func pack(_ bytes: some Sequence<UInt8>) throws -> [UInt8] {
        let result = try Program.run("gzip", ["-n", "-c"], input: .bytes(Array(bytes)))
        guard result.exitCode == 0 else { throw Failure() }
        return result.standardOutput
    }

    package static func pack(_ text: String) throws -> [UInt8] { try pack(text.utf8) }
}

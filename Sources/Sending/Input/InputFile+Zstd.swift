/// Decompresses zstd with a library that may be missing.
extension InputFile {
    /// Maximum bytes of a compressed stream per read, which may expand to 32,768 times their size.
    static let maxStreamPacked = 2 << 10

    /// Maximum bytes of a compressed regular file per read.
    private static let maxFilePacked = 64 << 10

    func makeUnzstd() throws(InputError) -> Unzstd {
        if let reason = Unzstd.loadFailure { throw .zstdLibrary(path: path.shown, reason: reason) }
        let size = isRegularFile ? Self.maxFilePacked : Self.maxStreamPacked
        guard let decoder = Unzstd(packedSize: size) else {
            throw .unpacking(path: path.shown, .zstd, .outOfMemory, unpacked: 0)
        }
        return decoder
    }
}

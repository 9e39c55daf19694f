import CPosix

extension File {
    /// Reserves disk space after the file's end, so that appends succeed on a full disk.
    ///
    /// The size is unchanged. Returns whether the file system did it.
    @discardableResult
    package func reserve(_ count: UInt64, after end: UInt64) -> Bool {
        hb_reserve(descriptor, Int64(end), Int64(count)) == 0
    }
}

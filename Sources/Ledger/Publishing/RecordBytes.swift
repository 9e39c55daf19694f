package import Platform

/// A source of records' original bytes, read in ascending order.
package protocol RecordBytes: AnyObject {
    /// Reads at `offset` until `buffer` is full or the source ends; returns the count.
    func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
    ) throws(SystemError) -> Int
}

extension File: RecordBytes {}

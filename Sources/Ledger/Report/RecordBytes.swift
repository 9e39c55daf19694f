package import Platform

/// Where the original bytes of records can be read again. They are asked for in ascending order.
package protocol RecordBytes: AnyObject {
    /// Reads at `offset` until `buffer` is full or there is no more; returns the count.
    func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
    ) throws(SystemError) -> Int
}

extension File: RecordBytes {}

/// An input, and where the records of it go that did not arrive.
package struct LeftoverPlan {
    /// The input's path, for messages; not its own if it is a stream.
    package var inputPath: String
    /// Its bytes; nil if they can't be read again.
    package var originals: (any RecordBytes)?
    /// The bytes of a CSV input's header row, with its terminator; empty if it has none.
    package var header: [UInt8]
    /// Where rejected, invalid, failed and not attempted records go.
    package var rejectedPath: String
    /// Where records go whose fate is unknown.
    package var unknownPath: String

    package init(
        inputPath: String, originals: (any RecordBytes)?, header: [UInt8] = [],
        rejectedPath: String, unknownPath: String
    ) {
        self.inputPath = inputPath
        self.originals = originals
        self.header = header
        self.rejectedPath = rejectedPath
        self.unknownPath = unknownPath
    }

    /// Both files' paths.
    var paths: [String] { [rejectedPath, unknownPath] }
}

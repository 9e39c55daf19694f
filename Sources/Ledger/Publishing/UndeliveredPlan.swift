/// An input and the files for its undelivered records.
package struct UndeliveredPlan {
    /// The input's name in messages.
    package var inputPath: String
    /// The input's bytes; nil if it can't be read again.
    package var originals: (any RecordBytes)?
    /// The header row of a CSV input, with its terminator; empty if there is none.
    package var header: [UInt8]
    /// The file for rejected, invalid, failed and not attempted records.
    package var rejectedPath: String
    /// The file for records whose outcome is unknown.
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

    /// The paths of both files.
    var paths: [String] { [rejectedPath, unknownPath] }
}

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

    /// The origins of the lines, which are written beside both files; nil for none.
    package var origins: OriginsPlan?

    package init(
        inputPath: String, originals: (any RecordBytes)?, header: [UInt8] = [],
        rejectedPath: String, unknownPath: String, origins: OriginsPlan? = nil
    ) {
        self.inputPath = inputPath
        self.originals = originals
        self.header = header
        self.rejectedPath = rejectedPath
        self.unknownPath = unknownPath
        self.origins = origins
    }

    /// The paths of both files and of their origins.
    package var paths: [String] {
        [rejectedPath, unknownPath].flatMap { [$0, $0 + OriginsHeader.pathExtension] }
    }
}

/// What a run is: the first row of its journal.
package struct JournalHeader: Hashable, Sendable {
    /// The version of the row formats that this program writes, and the only one that it reads.
    package static let version: UInt64 = 1

    package var runID: RunID
    /// The destination, as `--to` names it. Never with a key in it.
    package var destination: String
    /// The inputs, in order: the first is file 1.
    package var inputs: [InputIdentity]
    /// The options that alter what the run means, by name.
    package var options: [String: String]

    package init(
        runID: RunID, destination: String, inputs: [InputIdentity], options: [String: String]
    ) {
        self.runID = runID
        self.destination = destination
        self.inputs = inputs
        self.options = options
    }
}

/// By what an input is known again.
package struct InputIdentity: Hashable, Sendable {
    /// As it was given; it stands in every row. `-` is standard input.
    package var path: String
    /// Bytes; 0 for a stream.
    package var size: UInt64
    /// When its content last changed, in nanoseconds since 1970; 0 for a stream.
    package var modifiedNanoseconds: Int64
    /// Whether it can be read only once.
    package var isStream: Bool

    package init(path: String, size: UInt64, modifiedNanoseconds: Int64, isStream: Bool) {
        self.path = path
        self.size = size
        self.modifiedNanoseconds = modifiedNanoseconds
        self.isStream = isStream
    }
}

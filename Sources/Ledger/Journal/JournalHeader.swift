/// The identity of a run: the first row of its journal.
package struct JournalHeader: Hashable, Sendable {
    /// The version of the rows of a new journal.
    package static let newestVersion: UInt64 = 2
    /// The versions that are read. A journal that is resumed keeps its version.
    package static let versions: ClosedRange<UInt64> = 1...newestVersion

    /// The version of all rows.
    package var version: UInt64
    package var runID: RunID
    /// The destination as in `--to`, without keys.
    package var destination: String
    /// The inputs in order, from file 1 on.
    package var inputs: [InputIdentity]
    /// The options that a resume must share, by name.
    package var options: [String: String]

    package init(
        version: UInt64 = newestVersion, runID: RunID, destination: String,
        inputs: [InputIdentity], options: [String: String]
    ) {
        self.version = version
        self.runID = runID
        self.destination = destination
        self.inputs = inputs
        self.options = options
    }

    /// Whether `sent` rows have the hashes of the records.
    var hasSentHashes: Bool { version >= 2 }
    /// Whether the journal of a shard has `owner` rows.
    var hasOwners: Bool { version >= 2 }
    /// Whether the journal has `checkpoint` rows.
    package var hasCheckpoints: Bool { version >= 2 }
}

extension JournalHeader {
    /// The name of the option that lists the numbered inputs: those whose records have numbers as names.
    ///
    /// It is `json` because journals have it since only JSON inputs had such records.
    package static let numberedInputsOption = "json"

    /// The value of that option: the inputs' numbers, from 1, separated by commas.
    package static func numberedInputsValue(_ inputs: Set<Int>) -> String {
        inputs.sorted().map(String.init).joined(separator: ",")
    }

    /// The names of the options with the command that resumes the run, its working directory, and the
    /// variables that set flags of it. They are not compared.
    package static let commandOption = "command"
    package static let directoryOption = "directory"
    package static let variablesOption = "variables"

    /// The name and the value of the option of a run at the recorded pace.
    package static let paceOption = "--pace"
    package static let recordedPace = "recorded"

    /// Whether the rows have the times that a replay planned.
    package var isReplay: Bool { options[Self.paceOption] == Self.recordedPace }

    /// The inputs whose records are named by their own numbers, not by lines.
    package var numberedInputs: Set<Int> {
        Set((options[Self.numberedInputsOption] ?? "").split(separator: ",").compactMap { Int($0) })
    }
}

/// The attributes by which a resume identifies an input.
package struct InputIdentity: Hashable, Sendable {
    /// The path as given, which every row repeats. `-` is standard input.
    package var path: String
    /// Bytes; 0 for a stream.
    package var size: UInt64
    /// Last modification, in nanoseconds since 1970; 0 for a stream.
    package var modifiedNanoseconds: Int64
    /// Whether the input can be read only once.
    package var isStream: Bool

    package init(path: String, size: UInt64, modifiedNanoseconds: Int64, isStream: Bool) {
        self.path = path
        self.size = size
        self.modifiedNanoseconds = modifiedNanoseconds
        self.isStream = isStream
    }
}

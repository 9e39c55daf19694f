import Glibc
import Ledger
import Records

/// The open inputs of a run, with their identities for the journal.
struct RunInputs {
    let inputs: [RecordSource.Input]
    let identities: [InputIdentity]

    /// Opens all inputs and detects their formats.
    init(_ options: InputOptions) throws(SendError) {
        let files: [InputFile]
        do {
            files = try InputFile.open(all: options.paths)
            inputs = try files.map { file throws(InputError) in
                RecordSource.Input(file: file, format: try options.recordFormat(of: file))
            }
        } catch {
            throw .input(error)
        }
        identities = files.map { file in
            InputIdentity(
                path: file.path.shown, size: file.size ?? 0,
                modifiedNanoseconds: file.modifiedNanoseconds ?? 0, isStream: file.size == nil)
        }
    }

    /// Reopens the inputs at their start; all of them can be read again.
    func again() throws(SendError) -> [RecordSource.Input] {
        try inputs.map { input throws(SendError) in try input.again() }
    }

    /// Reads the start of every repeatable input, to report an unreadable one before the run
    /// starts.
    func refuseUnreadable(_ options: ReaderOptions) throws(SendError) {
        for input in inputs where input.file.isRegularFile {
            try RecordSource([input.again()], options: options).readStart()
        }
    }

    /// Whether all inputs can be read again.
    var canBeReadAgain: Bool { identities.allSatisfy { !$0.isStream } }
}

extension RecordSource.Input {
    /// Reopens a regular file at its start.
    func again() throws(SendError) -> RecordSource.Input {
        do {
            return RecordSource.Input(file: try InputFile(again: file), format: format)
        } catch {
            throw .input(error)
        }
    }
}

extension InputFormat {
    /// The extension of a file in this format.
    var fileExtension: String {
        switch self {
        case .ndjson: "ndjson"
        case .csv(UInt8(ascii: "\t")): "tsv"
        case .csv: "csv"
        }
    }
}

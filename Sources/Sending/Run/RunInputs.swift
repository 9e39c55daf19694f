package import Ledger
package import Records

/// The open inputs of a run, with their identities for the journal.
package struct RunInputs {
    package let inputs: [RecordSource.Input]
    package let identities: [InputIdentity]

    /// - Parameter inputs: The open inputs with their formats.
    package init(_ inputs: [RecordSource.Input]) {
        self.inputs = inputs
        identities = inputs.map(\.file).map { file in
            InputIdentity(
                path: file.path.shown, size: file.size ?? 0,
                modifiedNanoseconds: file.modifiedNanoseconds ?? 0, isStream: file.size == nil)
        }
    }

    /// Reopens the inputs at their start; all of them can be read again.
    package func again() throws(SendError) -> [RecordSource.Input] {
        try inputs.map { input throws(SendError) in try input.again() }
    }

    /// Reads the start of every repeatable input, to report an unreadable one before the run
    /// starts.
    package func refuseUnreadable(_ options: ReaderOptions) throws(SendError) {
        for input in inputs where input.file.isRegularFile {
            try RecordSource([input.again()], options: options).readStart()
        }
    }

    /// The numbers of the JSON inputs, from 1.
    package var jsonInputs: Set<Int> {
        Set(inputs.indices.filter { inputs[$0].isNumbered }.map { $0 + 1 })
    }

    /// Whether all inputs can be read again.
    package var canBeReadAgain: Bool { identities.allSatisfy { !$0.isStream } }
}

extension InputFormat {
    /// The extension of a file in this format.
    package var fileExtension: String {
        switch self {
        case .ndjson: "ndjson"
        case .json: "json"
        case .csv(let dialect) where dialect.delimiter == UInt8(ascii: "\t"): "tsv"
        case .csv: "csv"
        }
    }
}

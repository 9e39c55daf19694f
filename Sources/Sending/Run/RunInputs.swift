import Delivery
package import Ledger
package import Records

/// The open inputs of a run, with their identities for the journal.
package struct RunInputs {
    package private(set) var inputs: [RecordSource.Input]
    package let identities: [InputIdentity]
    /// The names of origins in rows, which are numbered after the inputs.
    package private(set) var originNames: [String] = []

    /// - Parameter inputs: The open inputs with their formats.
    package init(_ inputs: [RecordSource.Input]) {
        self.inputs = inputs
        identities = inputs.map(\.file).map { file in
            InputIdentity(
                path: file.path.shown, size: file.size ?? 0,
                modifiedNanoseconds: file.modifiedNanoseconds ?? 0, isStream: file.size == nil)
        }
    }

    mutating func set(_ origins: InputOrigins, ofInput index: Int) {
        inputs[index].origins = origins
    }

    mutating func set(originNames names: [String]) { originNames = names }

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

    /// Maximum records and reads of `firstFacts`.
    private static let (maxFirstRecords, maxFirstReads) = (1000, 4)

    /// Reads the first records, to warn before anything is sent.
    ///
    /// The facts have the counts of records, of invalid ones and of those without a payload, and the
    /// ignored names. nil if an input can't be read again, or not at all.
    package func firstFacts(_ options: ReaderOptions, skip: UInt64) -> RunFacts? {
        guard canBeReadAgain, let inputs = try? again() else { return nil }
        let source = RecordSource(inputs, options: options, skip: skip)
        var facts = RunFacts()
        var reads = 0
        reading: while source.recordsRead < Self.maxFirstRecords, reads < Self.maxFirstReads {
            switch try? source.next() {
            case .record: if source.record.problem != nil { facts.counts.invalid += 1 }
            case .nothingYet: reads += 1
            case .waits, .needsRoom, .end, nil: break reading
            }
        }
        facts.read = source.recordsRead
        facts.withoutPayload = source.recordsWithoutPayload
        facts.ignored = source.ignored
        return facts
    }

    /// The numbers of the inputs whose records are named by numbers, from 1.
    package var numberedInputs: Set<Int> {
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

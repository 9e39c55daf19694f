import Ledger
import Platform
import Records
import Sending
import Time

/// A check in progress: reads the inputs in order, and counts.
struct CheckReading: ~Copyable {
    private let options: InputOptions
    private let readerOptions: ReaderOptions
    private var plan = CheckPlan()
    private var filter: RecordFilter
    private let findsDuplicates: Bool
    private var duplicates: DuplicateFinder?
    private let fingerprints: FingerprintMaker
    /// A buffer for an event type whose literal has escapes.
    private var eventType: [UInt8] = []

    init(_ options: CheckOptions) {
        self.options = options.input
        var readerOptions = options.input.readerOptions(now: WallClock.nanoseconds)
        readerOptions.computesHashes = false
        self.readerOptions = readerOptions
        filter = RecordFilter(skip: options.input.skip, readerOptions.selection)
        plan.mapping = readerOptions.mapping
        plan.rates = options.rates
        plan.replay = options.recorded.map { ReplayPlan($0) }
        plan.shards = options.shards.map { ShardPlan(count: $0) }
        plan.selection = options.input.selection.words
        plan.window = readerOptions.selection.window
        findsDuplicates = options.findsDuplicates
        duplicates =
            options.findsDuplicates ? DuplicateFinder(in: options.temporaryFolder) : nil
        var generator = SystemRandomNumberGenerator()
        fingerprints = FingerprintMaker(using: &generator)
    }

    /// Reads an input to its end.
    mutating func read(_ file: InputFile) throws(CheckError) {
        var reader = RecordReader(format: try format(of: file), options: readerOptions)
        var input = CheckPlan.Input(path: file.path.shown)

        reading: while true {
            switch reader.next() {
            case .record:
                guard filter.isOpen || filter.keeps(&reader) else { continue }
                input.records += 1
                plan.note(reader)
                if let problem = reader.record.problem, problem.mayBeWindows1252 {
                    input.mayBeWindows1252 = true
                }
                if plan.replay != nil { addToReplay(reader) }
                if plan.shards != nil { addToShard(reader) }
                // Reveals a misspelt name, because a payload may be absent.
                if reader.lacksPayload { plan.withoutPayload += 1 }
                // Duplicates are records with the same sent bytes.
                if findsDuplicates, reader.record.problem == nil { reader.preparePayload() }
                if plan.firstMessage == nil {
                    plan.firstMessage = FirstMessage(&reader, input: plan.inputs.count)
                }
                try count(reader)
            case .needsInput:
                do {
                    _ = try reader.fill { (space) throws(InputError) in try file.read(into: space) }
                } catch {
                    throw .input(error)
                }
            case .end:
                break reading
            case .refused(let refusal):
                input.refusal = reader.explained(refusal).message(for: input.path)
                break reading
            }
        }
        input.bytes = reader.bytesRead
        input.packing = file.packing
        input.hasHeader = !reader.csvHeader.isEmpty
        input.blankLines = reader.blankLines
        input.ignored = reader.ignored
        plan.inputs.append(input)
        plan.skipped = filter.skipped
    }

    /// Ends the check after all inputs.
    consuming func finish() throws(CheckError) -> CheckPlan {
        plan.replay?.end()
        if let duplicates = duplicates.take() {
            do {
                plan.duplicates = try duplicates.finish()
            } catch {
                throw .temporaryFile(error)
            }
        }
        return plan
    }

    private func format(of file: InputFile) throws(CheckError) -> InputFormat {
        do { return try options.recordFormat(of: file) } catch { throw .input(error) }
    }

    private mutating func addToReplay(_ reader: borrowing RecordReader) {
        guard reader.record.problem == nil, let time = reader.time else { return }
        plan.replay?.add(
            time.nanoseconds,
            RecordPlace(input: plan.inputs.count, line: reader.record.line.value))
    }

    private mutating func addToShard(_ reader: borrowing RecordReader) {
        let record = reader.record
        plan.shards?.add(
            appID: record.appID.map { reader.bytes($0) }, ordinal: record.ordinal,
            isValid: record.problem == nil)
    }

    /// Counts a record under its application and event type, if it is valid.
    private mutating func count(_ reader: borrowing RecordReader) throws(CheckError) {
        guard reader.record.problem == nil, let app = reader.record.appID,
            let type = reader.record.eventType
        else { return }
        let bytes = reader.record.length
        let application = reader.bytes(app)
        plan.applications.add(application, bytes: bytes)
        let literal = reader.bytes(type)
        // Compares decoded event types, so "\u0061" equals "a". A literal without escapes equals
        // the text between its quotes.
        guard JSONString.hasEscape(in: literal) else {
            let text = UnsafeRawBufferPointer(rebasing: literal[1..<literal.count - 1])
            plan.eventTypes.add(text, bytes: bytes)
            return try lookForDuplicate(reader, application, text)
        }
        var decoded: [UInt8] = []
        swap(&decoded, &eventType)
        decoded.removeAll(keepingCapacity: true)
        JSONString.decode(literal, into: &decoded)
        try decoded.span.withUnsafeBytes { (text) throws(CheckError) in
            plan.eventTypes.add(text, bytes: bytes)
            try lookForDuplicate(reader, application, text)
        }
        swap(&decoded, &eventType)
    }

    private mutating func lookForDuplicate(
        _ reader: borrowing RecordReader, _ application: UnsafeRawBufferPointer,
        _ eventType: UnsafeRawBufferPointer
    ) throws(CheckError) {
        guard findsDuplicates else { return }
        let fingerprint = fingerprints.fingerprint(
            application: application, eventType: eventType,
            payload: reader.record.payload.map { reader.bytes($0) })
        let place = RecordPlace(input: plan.inputs.count, line: reader.record.line.value)
        do {
            try duplicates?.add(FingerprintEntry(fingerprint: fingerprint, place: place))
        } catch {
            throw .temporaryFile(error)
        }
    }
}

extension CheckPlan {
    /// Counts a record of the next input.
    fileprivate mutating func note(_ reader: borrowing RecordReader) {
        let line = reader.record.line.value
        if reader.record.problem?.code != .incompleteInput {
            largest.note(length: reader.record.length, input: inputs.count, line: line)
        }
        guard let problem = reader.record.problem else {
            valid += 1
            return
        }
        invalid += 1
        let place = RecordPlace(input: inputs.count, line: line)
        let isShown = problems[problem.code, default: Problem()].places.count < Self.placesKept
        problems[problem.code, default: Problem()].add(
            isShown ? Place(place: place, description: reader.describe(problem)) : nil)
    }
}

extension CheckPlan.Problem {
    /// Counts a record, and keeps its place unless it is nil.
    fileprivate mutating func add(_ place: CheckPlan.Place?) {
        count += 1
        if let place { places.append(place) }
    }
}

import Records

/// `hookbatch check`: reads as `send` would, and counts. No network, no files written.
enum CheckCommand {
    /// Reads all inputs to their ends. Throws if one can't be read; nothing is known then.
    static func run(_ options: CheckOptions) throws(InputError) -> CheckPlan {
        // All are opened first: a wrong name is told before the first one has been read for hours.
        let files = try InputFile.open(all: options.input.paths)
        var plan = CheckPlan()
        plan.rate = options.rate
        for file in files { try read(file, options.input, into: &plan) }
        return plan
    }

    private static func read(
        _ file: InputFile, _ options: InputOptions, into plan: inout CheckPlan
    ) throws(InputError) {
        var readerOptions = options.readerOptions
        readerOptions.computesHashes = false
        var reader = RecordReader(
            format: try options.recordFormat(of: file), options: readerOptions)
        var input = CheckPlan.Input(path: file.path.shown)
        var eventType: [UInt8] = []
        // A pointer that is misspelt shows in nothing else: a payload may be absent.
        let mapsPayload = readerOptions.mapping.payload != FieldMapping().payload

        reading: while true {
            switch reader.next() {
            case .record(let record):
                if plan.skipped < options.skip {
                    plan.skipped += 1
                    continue
                }
                input.records += 1
                plan.note(record, of: input.path, readerOptions.mapping)
                guard record.problem == nil, let app = record.appID, let type = record.eventType
                else { continue }
                if mapsPayload, record.payload == nil { plan.withoutPayload += 1 }
                plan.applications.add(reader.bytes(app))
                addEventType(reader.bytes(type), decodedIn: &eventType, to: &plan.eventTypes)
            case .needsInput:
                _ = try reader.fill { (space) throws(InputError) in try file.read(into: space) }
            case .end:
                break reading
            case .refused(let refusal):
                input.refusal = refusal.message
                break reading
            }
        }
        input.bytes = reader.bytesRead
        input.isPacked = file.isPacked
        input.blankLines = reader.blankLines
        input.ignoredMembers = reader.ignoredMembers
        plan.inputs.append(input)
    }

    /// Counts an event type by what its literal stands for, so that `"\u0061"` is `"a"`. A literal
    /// without escapes stands for what is between its quotes.
    private static func addEventType(
        _ literal: UnsafeRawBufferPointer, decodedIn storage: inout [UInt8], to tally: inout Tally
    ) {
        guard literal.contains(UInt8(ascii: "\\")) else {
            tally.add(UnsafeRawBufferPointer(rebasing: literal.dropFirst().dropLast()))
            return
        }
        storage.removeAll(keepingCapacity: true)
        JSONString.decode(literal, into: &storage)
        storage.withUnsafeBytes { tally.add($0) }
    }
}

extension CheckPlan {
    fileprivate mutating func note(
        _ record: Record, of path: String, _ mapping: FieldMapping
    ) {
        let line = record.line.value
        if record.length > largest?.length ?? 0 || largest == nil {
            largest = Largest(length: record.length, path: path, line: line)
        }
        guard let problem = record.problem else {
            valid += 1
            return
        }
        invalid += 1
        problems[problem.code, default: Problem()].add(path: path, line: line) {
            problem.describe(mapping)
        }
    }
}

extension CheckPlan.Problem {
    fileprivate mutating func add(path: String, line: UInt64, _ description: () -> String) {
        count += 1
        guard places.count < CheckPlan.placesKept else { return }
        places.append(
            CheckPlan.Place(path: path, line: line, description: description()))
    }
}

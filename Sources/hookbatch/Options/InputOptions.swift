import Glibc
import Records
import Sending

/// The input files and how to read them, shared by `send` and `check`.
struct InputOptions: Hashable, Sendable {
    /// At least one, without duplicates: the arguments, then those of `--files-from`.
    var paths: [InputPath]
    /// The file of `--files-from`; nil without one, and for standard input.
    var list: InputPath?
    var format: FormatChoice
    /// The CSV delimiter; nil if not given.
    var delimiter: Delimiter?
    var quote: CSVDialect.Quote
    var csvEscape: CSVDialect.Escape
    var hasHeader: Bool
    var payload: ReaderOptions.Payload
    var csvPayload: ReaderOptions.CSVPayload
    var maxRecordBytes: Int
    /// A JSON Pointer or a CSV column; nil if keys are derived from the run and the line.
    var idempotencyKeyFrom: JSONPointer?
    /// The sources of the message fields.
    var mapping: MappingOptions
    /// The position of the array of records in JSON inputs; nil if the values are records.
    var records: JSONPointer?
    /// The number of records to skip at the start.
    var skip: UInt64
    /// The records to keep after those.
    var selection: SelectionOptions

    /// - Parameter retried: The inputs of `--retry-of`; nil without it.
    init(_ arguments: Arguments, retried: [InputPath]? = nil) throws(UsageError) {
        if let retried {
            (paths, list) = (retried, nil)
        } else {
            (paths, list) = try Self.paths(arguments)
        }
        format = try arguments.defaulted(Flags.input.format)
        delimiter = try arguments.value(Flags.input.delimiter)
        quote = try arguments.defaulted(Flags.input.quote)
        csvEscape = try arguments.defaulted(Flags.input.csvEscape)
        hasHeader = !arguments.isOn(Flags.input.noHeader)
        payload = try arguments.defaulted(Flags.input.payload)
        csvPayload = try arguments.defaulted(Flags.input.csvPayload)
        maxRecordBytes = try arguments.defaulted(Flags.input.maxRecordBytes)
        idempotencyKeyFrom = try arguments.value(Flags.input.idempotencyKeyFrom)
        mapping = try MappingOptions(arguments, payload: payload)
        records = try arguments.value(Flags.fields.records).flatMap { $0.count > 0 ? $0 : nil }
        skip = UInt64(try arguments.defaulted(Flags.fields.skip))
        selection = try SelectionOptions(arguments)

        if records != nil, format != .auto, format != .json {
            throw UsageError(
                "--records applies to JSON, but --format is \(format.rawValue); remove one")
        }
        if format == .ndjson || format == .json || records != nil {
            let csvOnly = [
                (Flags.input.noHeader.declaration, arguments.isGiven(Flags.input.noHeader)),
                (Flags.input.delimiter.declaration, arguments.isGiven(Flags.input.delimiter)),
                (Flags.input.quote.declaration, arguments.isGiven(Flags.input.quote)),
                (Flags.input.csvEscape.declaration, arguments.isGiven(Flags.input.csvEscape)),
                (Flags.input.csvPayload.declaration, arguments.isGiven(Flags.input.csvPayload)),
                (Flags.fields.emptyCells.declaration, arguments.isGiven(Flags.fields.emptyCells)),
                (Flags.fields.null.declaration, arguments.isGiven(Flags.fields.null)),
            ].first(where: \.1).map(\.0.spelling)
            if let rule = csvOnly ?? mapping.conversion {
                throw UsageError(
                    "\(rule) applies to CSV, but "
                        + (records != nil ? "--records to JSON" : "--format is \(format.rawValue)")
                        + "; remove one")
            }
        }
        if format == .tsv, let delimiter, delimiter != .tab {
            throw UsageError(
                "--delimiter contradicts --format tsv; use --format csv with a delimiter")
        }
        if csvEscape == .backslash, delimiter?.byte == UInt8(ascii: "\\") {
            throw UsageError(
                "a backslash can't be both --delimiter and --csv-escape; remove one")
        }
    }

    private static func paths(
        _ arguments: Arguments
    ) throws(UsageError) -> (paths: [InputPath], list: InputPath?) {
        var paths = arguments.operands.map(InputPath.init(operand:))
        var list: InputPath?
        if let source = try arguments.value(Flags.input.filesFrom) {
            let flag = Flags.input.filesFrom.declaration.spelling
            list = InputPath(operand: source)
            if list == .standardInput, paths.contains(.standardInput) {
                throw UsageError(
                    "\(flag) - reads the list from standard input, so '-' can't be an input too; "
                        + "put the list into a file")
            }
            paths += try InputList(readFrom: source).paths
        }
        guard !paths.isEmpty else {
            throw UsageError(
                "no input file specified\(takenInput(arguments)) (example: hookbatch "
                    + "\(arguments.command.rawValue) events.ndjson; '-' is standard input)")
        }
        var seen: Set<String> = []
        for path in paths {
            if path.shown.isEmpty { throw UsageError("an input path is empty") }
            guard seen.insert(InputPath.normalised(path.shown)).inserted else {
                throw UsageError(
                    "input \(Escaping.quoted(path.shown)) is given twice; every line would be sent "
                        + "twice")
            }
        }
        return (paths, list == .standardInput ? nil : list)
    }

    /// Returns `: 'events.ndjson' is the value of --rate` if a flag has taken the name of an input.
    private static func takenInput(_ arguments: Arguments) -> String {
        for flag in Flags.taken(by: arguments.command) where flag.topic != .files {
            guard arguments.variables[flag.name] == nil,
                let name = arguments.texts(of: flag).first(where: isInputFile)
            else { continue }
            return ": \(Escaping.quoted(name)) is the value of \(flag.spelling)"
        }
        return ""
    }

    private static func isInputFile(_ name: String) -> Bool {
        (InputFormat.named(name) != nil || InputFormat.hasLineExtension(name))
            && access(name, R_OK) == 0
    }
}

extension InputOptions {
    /// Returns the options of the record reader, with hashes, in a run that starts at `now`, in
    /// nanoseconds since 1970.
    func readerOptions(now: Int64) -> ReaderOptions {
        var options = ReaderOptions()
        options.mapping = mapping.fields
        options.payload = payload
        options.csvPayload = csvPayload
        options.hasHeader = hasHeader
        options.maxRecordBytes = maxRecordBytes
        options.idempotencyKeyFrom = idempotencyKeyFrom
        options.records = records
        options.selection = selection.selection(now: now)
        return options
    }

    /// Returns the format of an input: from `--format` or `--records`, else its name, else its first
    /// bytes. The last case waits for a stream. An input of blanks only is NDJSON without records.
    func recordFormat(
        of file: InputFile, wait: (Int32) throws(InputError) -> Void = InputFile.wait(for:)
    ) throws(InputError) -> InputFormat {
        switch format {
        case .ndjson: return .ndjson
        case .json: return .json
        case .csv: return csv(delimiter)
        case .tsv: return csv(.tab)
        case .auto:
            guard records == nil else { return .json }
            let detected = try detectedFormat(of: file, wait: wait)
            guard case .csv(let dialect) = detected else { return detected }
            return csv(delimiter ?? Delimiter(byte: dialect.delimiter))
        }
    }

    private func csv(_ delimiter: Delimiter?) -> InputFormat {
        .csv(CSVDialect(delimiter: delimiter?.byte, quote: quote, escape: csvEscape))
    }

    private func detectedFormat(
        of file: InputFile, wait: (Int32) throws(InputError) -> Void
    ) throws(InputError) -> InputFormat {
        let name = file.path.shown
        // A name that is enough avoids a wait for the first bytes.
        if let named = InputFormat.named(name) { return named }
        if InputFormat.hasLineExtension(name), !file.isRegularFile { return .ndjson }
        let first = try file.prefix(upTo: InputFormat.sampleSize, wait: wait) {
            InputFormat.detect(path: name, firstBytes: $0) != nil
        }
        return InputFormat.detect(path: name, firstBytes: first, isFinal: true) ?? .ndjson
    }
}

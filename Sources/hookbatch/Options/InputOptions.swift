import Records
import Sending

/// The input files and how to read them, shared by `send` and `check`.
struct InputOptions: Hashable, Sendable {
    /// At least one, without duplicates.
    var paths: [InputPath]
    var format: FormatChoice
    /// The CSV delimiter; nil if not given.
    var delimiter: Delimiter?
    var hasHeader: Bool
    var payload: ReaderOptions.Payload
    var csvPayload: ReaderOptions.CSVPayload
    var maxRecordBytes: Int
    /// A JSON Pointer or a CSV column; nil if keys are derived from the run and the line.
    var idempotencyKeyFrom: JSONPointer?
    /// The sources of the message fields.
    var mapping: MappingOptions
    /// The number of records to skip at the start.
    var skip: UInt64

    init(_ arguments: Arguments) throws(UsageError) {
        paths = try Self.paths(arguments.operands, of: arguments.command)
        format = try arguments.defaulted(Flags.format)
        delimiter = try arguments.value(Flags.delimiter)
        hasHeader = !arguments.isOn(Flags.noHeader)
        payload = try arguments.defaulted(Flags.payload)
        csvPayload = try arguments.defaulted(Flags.csvPayload)
        maxRecordBytes = try arguments.defaulted(Flags.maxRecordBytes)
        idempotencyKeyFrom = try arguments.value(Flags.idempotencyKeyFrom)
        mapping = try MappingOptions(arguments, payload: payload)
        skip = UInt64(try arguments.defaulted(Flags.skip))

        if format == .ndjson {
            let csvOnly = [
                (Flags.noHeader.declaration, arguments.isGiven(Flags.noHeader)),
                (Flags.delimiter.declaration, arguments.isGiven(Flags.delimiter)),
                (Flags.csvPayload.declaration, arguments.isGiven(Flags.csvPayload)),
            ]
            if let (flag, _) = csvOnly.first(where: \.1) {
                throw UsageError(
                    "\(flag.spelling) applies to CSV, but --format is ndjson; remove one")
            }
        }
        if format == .tsv, let delimiter, delimiter != .tab {
            throw UsageError(
                "--delimiter contradicts --format tsv; use --format csv with a delimiter")
        }
    }

    private static func paths(_ operands: [String], of command: Command) throws(UsageError)
        -> [InputPath]
    {
        guard !operands.isEmpty else {
            throw UsageError(
                "no input file specified (example: hookbatch \(command.rawValue) events.ndjson; "
                    + "'-' is standard input)")
        }
        var seen: Set<String> = []
        for operand in operands {
            if operand.isEmpty { throw UsageError("an input path is empty") }
            guard seen.insert(InputPath.normalised(operand)).inserted else {
                throw UsageError(
                    "input \(Escaping.quoted(operand)) is given twice; every line would be sent twice"
                )
            }
        }
        return operands.map(InputPath.init(operand:))
    }
}

extension InputOptions {
    /// The options of the record reader, with hashes.
    var readerOptions: ReaderOptions {
        var options = ReaderOptions()
        options.mapping = mapping.fields
        options.payload = payload
        options.csvPayload = csvPayload
        options.hasHeader = hasHeader
        options.maxRecordBytes = maxRecordBytes
        options.idempotencyKeyFrom = idempotencyKeyFrom
        return options
    }

    /// Returns the format of an input: from `--format`, else its name, else its first byte. The
    /// last case waits for a stream. An input of blanks only is NDJSON without records.
    func recordFormat(
        of file: InputFile, wait: (Int32) throws(InputError) -> Void = InputFile.wait(for:)
    ) throws(InputError) -> InputFormat {
        switch format {
        case .ndjson: return .ndjson
        case .csv: return .csv(delimiter: (delimiter ?? .comma).byte)
        case .tsv: return .csv(delimiter: Delimiter.tab.byte)
        case .auto:
            let name = file.path.shown
            // The name is usually enough, and avoids a wait for the first bytes.
            let named = InputFormat.detect(path: name, firstBytes: EmptyCollection())
            let detected: InputFormat? =
                if let named { named } else {
                    InputFormat.detect(path: name, firstBytes: try file.prefix(wait: wait))
                }
            guard case .csv = detected, let delimiter else { return detected ?? .ndjson }
            return .csv(delimiter: delimiter.byte)
        }
    }
}

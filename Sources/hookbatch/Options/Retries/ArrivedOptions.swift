import Delivery
import Platform
import Records
import Sending

/// The validated `--arrived`: lines of an earlier run that are known to have arrived.
struct ArrivedOptions: Sendable {
    /// Maximum size of a file of values, in bytes: about a million of them.
    private static let maxBytes: UInt64 = 32 << 20
    private static let flag = Flags.retryOf.arrived.declaration.spelling

    /// The Idempotency-Keys of the lines.
    private(set) var keys: [TextSet] = []
    /// The tests of other fields.
    private(set) var fields: [RecordSelection.Arrival] = []
    /// Their rules, in order.
    private var fieldRules: [ArrivedRule] = []

    /// Reads the files of values. Returns nil without the flag.
    ///
    /// - Parameter isRetry: Whether lines of an earlier run are sent.
    init?(_ arguments: Arguments, isRetry: Bool) throws(UsageError) {
        let rules = try arguments.all(Flags.retryOf.arrived)
        guard !rules.isEmpty else { return nil }
        guard isRetry else {
            for path in arguments.operands
            where path != InputPath.standardInput.shown && !FileStatus.exists(path) {
                throw UsageError(InputError.doesNotExist(path: path).message)
            }
            throw UsageError(
                "\(Self.flag) is for lines of an earlier run that may have arrived; give the file of "
                    + "its unknown lines, or \(Flags.retryOf.report.declaration.spelling) with "
                    + "\(Flags.retryOf.outcomes.declaration.spelling) \(Outcome.unknown.rawValue)")
        }
        for rule in rules {
            let values: TextSet
            switch rule.values {
            case .patterns(let patterns):
                if rule.field == nil, rule.hasPlaceholder {
                    throw UsageError(
                        "\(Self.flag): KEY stands for the Idempotency-Key of a line that arrived; put "
                            + "such keys in its place")
                }
                if let path = rule.pathWithoutMark {
                    throw UsageError(
                        "\(Self.flag): \(Escaping.quoted(path)) is a file; to read the values in it, put @ "
                            + "before its name")
                }
                values = TextSet(patterns)
            case .file(let path): values = try Self.values(in: path)
            }
            guard let field = rule.field else {
                keys.append(values)
                continue
            }
            fields.append(RecordSelection.Arrival(field, values))
            fieldRules.append(rule)
        }
    }

    /// The names of the fields, as given.
    var names: [String] { fieldRules.map(\.name) }

    /// What is probably wrong with the rules if no line has such a value. Reads the files of values.
    var hints: [String] { fieldRules.compactMap(\.hint) }

    private static func values(in path: String) throws(UsageError) -> TextSet {
        let name = Escaping.quoted(path)
        var size: UInt64 = 0
        let values: TextSet
        do throws(SystemError) {
            let file = try File.open(path, for: .read)
            values = try TextSet { (buffer) throws(SystemError) in
                let count = size > maxBytes ? 0 : try file.read(into: buffer, at: size)
                size += UInt64(count)
                return count
            }
        } catch {
            throw UsageError("\(flag): \(Escaping.escaped(error.message))")
        }
        guard size <= maxBytes else {
            throw UsageError(
                "\(flag): \(name) is larger than \(ByteCount.shown(maxBytes)); give a file with "
                    + "fewer values")
        }
        guard !values.isEmpty else {
            throw UsageError("\(flag): \(name) has no values; write one on each line")
        }
        return values
    }
}

/// One `--arrived`: a field, `=`, and values or the path of a file of values.
struct ArrivedRule: Hashable, Sendable {
    enum Values: Hashable, Sendable {
        case patterns([TextPattern])
        case file(String)
    }

    /// The name that stands for the key of a line.
    static let key = "Idempotency-Key"

    /// The field as given.
    let name: String
    /// nil for the Idempotency-Key.
    var field: RecordSelection.Field?
    var values: Values
    /// The values as given.
    private var text: String

    /// Whether a value is the one that a proposed command has.
    var hasPlaceholder: Bool { text.split(separator: ",").contains("KEY") }

    /// The values as the path of a file that exists; nil if they are not.
    var pathWithoutMark: String? {
        guard case .patterns = values,
            let status = (try? FileStatus.of(text, followingLinks: true)) ?? nil, status.isRegular
        else { return nil }
        return text
    }

    /// Returns nil without `=`, a field or a value.
    init?(_ text: String) {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        let name = text[..<equals]
        let rest = text[text.index(after: equals)...]
        // For the key, any field shows whether the values are valid; for a file, any value does so for
        // the field.
        let isFile = rest.hasPrefix("@")
        // As in HTTP.
        let isKey = name.lowercased() == Self.key.lowercased()
        let shownName = isKey ? "/key" : name
        guard !isFile || rest.utf8.count > 1,
            let rule = FieldValues("\(shownName)=\(isFile ? "*" : rest)")
        else { return nil }
        self.text = String(rest)
        self.name = String(name)
        field = isKey ? nil : rule.field
        values = isFile ? .file(String(rest.dropFirst())) : .patterns(rule.patterns)
    }
}

extension ArrivedRule {
    /// What is probably wrong with the values of a field; nil if nothing is known.
    fileprivate var hint: String? {
        let first: String
        let source: String
        switch values {
        case .patterns: (first, source) = (text, "the values")
        case .file(let path):
            (first, source) = (Self.firstLine(of: path), "the values in \(Escaping.quoted(path))")
        }
        if first.hasPrefix("hb-") || first.hasPrefix("\"hb-") {
            return "\(source) are Idempotency-Keys: write \(Self.key)=\(Escaping.escaped(text))"
        }
        guard case .file = values, first.contains(where: { ",;\t".contains($0) }) else {
            return nil
        }
        return "\(source) are in several columns: give a file with one value on each line"
    }

    /// Returns the start of the first line of a file.
    private static func firstLine(of path: String) -> String {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)
        defer { buffer.deallocate() }
        guard let file = try? File.open(path, for: .read),
            let count = try? file.read(into: buffer, at: 0)
        else { return "" }
        return String(decoding: buffer.prefix(count).prefix { $0 != 0x0a }, as: UTF8.self)
    }
}

extension ValueSyntax<ArrivedRule> {
    static let arrivedLines = ValueSyntax(
        "FIELD=VALUES",
        noun: "Idempotency-Key or a field, '=', and values with commas between them, or @ and the "
            + "path of a file",
        example: "/payload/order=17,23", parse: ArrivedRule.init(_:))
}

extension ArrivedCount {
    private static let flag = Flags.retryOf.arrived.declaration.spelling

    /// The sentence before the other lines are sent.
    var sentence: String {
        "\(Self.flag): \(WholeNumber.shown(arrived)) of \(WholeNumber.shown(all, "line")) that may have "
            + "arrived did, and count as accepted; only the others are sent"
    }

    /// The sentence if no line has arrived.
    ///
    /// Nothing is sent: of values that are wrong, those lines would be sent again that arrived.
    func refusal(_ options: ArrivedOptions) -> String {
        guard all > 0 else {
            return
                "\(Self.flag): nothing was sent: none of the lines to send may have arrived; remove it, "
                + "or give the file of unknown lines"
        }
        let lines = WholeNumber.shown(all, "line")
        let start =
            "\(Self.flag): nothing was sent: none of the \(lines) that may have arrived has such a value"
        let hints = options.hints
        if !hints.isEmpty { return start + "; " + hints.joined(separator: "; ") }
        if !hasField, options.keys.isEmpty {
            let missing = options.names.map { name in
                let isPath = name.contains("/") && !name.hasPrefix("/")
                return Escaping.quoted(name)
                    + (isPath ? " (did you mean \(Escaping.quoted("/" + name))?)" : "")
            }
            return start
                + ": no line has the field \(missing.joined(separator: " or ")); a field in an "
                + "object begins with a slash, as /payload/order"
        }
        return start
            + "; compare a value with one of these lines: the field may be another one, and a "
            + "file of values is named with @ (\(ArrivedRule.key)=@keys.txt); only if the values are "
            + "those of all messages that arrived, none of these did: send them without \(Self.flag)"
    }
}

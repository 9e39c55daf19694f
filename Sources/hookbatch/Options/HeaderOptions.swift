import Digests
import HTTP

/// The header fields that `--header` and `--header-file` add to every request.
struct HeaderOptions: Hashable, Sendable {
    /// Those of `--header`, which anyone may see.
    var fields: [HeaderField] = []
    /// Those of `--header-file`, which are secrets.
    var secretFields: [HeaderField] = []

    /// The largest size of all fields together, in bytes. Arbitrary; servers allow 8 to 32 KiB.
    private static let maxBytes = 16 << 10
    private static let maxFileBytes = 64 << 10

    init() {}

    init(
        _ arguments: Arguments, authentication: String, warnings: inout [String]
    ) throws(UsageError) {
        let flag = Flags.connection.header.declaration.spelling
        for line in try arguments.all(Flags.connection.header) {
            let field = try Self.field(line.utf8, authentication, place: flag)
            if Self.seemsSecret(field.name) {
                warnings.append(
                    "\(flag): \(field.name) seems to be a secret, which other users can see in a "
                        + "command line; use --header-file")
            }
            fields.append(field)
        }
        if let path = try arguments.value(Flags.connection.headerFile) {
            secretFields = try Self.secretFields(path, authentication, warnings: &warnings)
        }
        let all = fields + secretFields
        if all.count(where: { $0.isNamed("user-agent") }) > 1 {
            throw UsageError("\(flag): User-Agent is given twice; keep one")
        }
        let bytes = all.reduce(0) { $0 + $1.name.utf8.count + $1.value.count + 4 }
        if bytes > Self.maxBytes {
            throw UsageError(
                "\(flag): the header fields have \(WholeNumber.shown(bytes)) bytes together; at "
                    + "most \(WholeNumber.shown(Self.maxBytes)) are possible")
        }
    }

    /// No message contains a line of the file, nor its path.
    private static func secretFields(
        _ path: String, _ authentication: String, warnings: inout [String]
    ) throws(UsageError) -> [HeaderField] {
        let flag = Flags.connection.headerFile.declaration.spelling
        var bytes = try SecretFile.read(
            path, flag: flag, limit: (maxFileBytes, "64 KiB; it is no list of header fields"),
            warnings: &warnings)[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        var fields: [HeaderField] = []
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if line.isEmpty || line.first == UInt8(ascii: "#") { continue }
            fields.append(
                try field(line, authentication, place: "\(flag): line \(index + 1)"))
        }
        if fields.isEmpty { throw UsageError("\(flag): the file has no header field") }
        return fields
    }

    private static func field(
        _ line: some Sequence<UInt8>, _ authentication: String, place: String
    ) throws(UsageError) -> HeaderField {
        do {
            return try HeaderField(parsing: line, besides: authentication)
        } catch {
            let reason =
                switch error {
                case .notAField:
                    "a header field is written 'NAME: VALUE' (example: 'X-Tenant: acme')"
                case .control: "a value of a header field contains a control character"
                case .reserved(let name) where name.lowercased() == authentication.lowercased():
                    "\(name) is the field of the API key; choose another --auth, or remove it"
                case .reserved(let name): "hookbatch itself sets \(name); remove it"
                }
            throw UsageError("\(place): \(reason)")
        }
    }

    private static func seemsSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        let words = ["authorization", "cookie", "token", "secret", "password", "api-key", "apikey"]
        return words.contains { name.holds($0) }
    }

    /// The fields of `--header`, for the comparison with a resumed run.
    var identity: String { Self.lines(of: fields).joined(separator: "\n") }

    /// A hash of the fields of `--header-file`; empty without any.
    var secretIdentity: String {
        guard !secretFields.isEmpty else { return "" }
        var bytes = Array("hookbatch header file\n".utf8)
        for field in secretFields {
            bytes += Array("\(field.name): ".utf8) + field.value + [UInt8(ascii: "\n")]
        }
        return "sha256:" + SHA256.hash(bytes).hexadecimal
    }

    private static func lines(of fields: [HeaderField]) -> [String] {
        fields.map { "\($0.name): \(String(decoding: $0.value, as: UTF8.self))" }
    }
}

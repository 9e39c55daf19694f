import Ledger
import Records

/// A row of an outbox's ledger.
enum OutboxRow: Hashable, Sendable {
    /// The content of a claimed file, before its first request.
    case started(name: String, OutboxContent)
    /// Every line of a file has its outcome.
    case finished(OutboxFinish)
    /// The folder of a finished file is at its place.
    case moved(name: String)
    /// A person was told of a problem of a file, or of the outbox itself.
    case told(name: String, OutboxProblem)
    /// That problem is over.
    case resolved(name: String)

    /// The row as JSON with a checksum and a line feed.
    ///
    /// - Parameter time: RFC 3339.
    func bytes(time: String) -> [UInt8] {
        var writer = JSONWriter(isIndented: false)
        writer.object { json in
            json.member("time", time)
            json.member("event", event)
            json.member("name", name)
            switch self {
            case .started(_, let content): Self.write(content, to: &json)
            case .finished(let finish):
                Self.write(finish.content, to: &json)
                json.member("run_id", finish.runID)
                json.member("exit_code", finish.exitCode)
                json.member("read", finish.read)
                json.member("accepted", finish.accepted)
                json.member("place", finish.place)
                if let sent = finish.sent {
                    json.member("sent_bytes", sent.size)
                    json.member("inode", sent.inode)
                    json.member("finished_ms", sent.finishedAt)
                }
                if finish.isOfAPI { json.member("destination", "api") }
            case .told(_, let problem):
                if let content = problem.content { Self.write(content, to: &json) }
                json.member("cause", problem.cause)
            case .moved, .resolved: break
            }
        }
        var row = Array(writer.bytes.filter { $0 != UInt8(ascii: "\n") }.dropLast())
        RowChecksum.close(&row)
        return row
    }

    /// Reads a row without its line feed; nil if it is damaged.
    init?(_ row: UnsafeRawBufferPointer) {
        guard RowChecksum.body(of: row) != nil else { return nil }
        let fields = JSONFields(text: Array(row))
        guard let name = fields.string("name") else { return nil }
        let content = fields.string("hash").flatMap { hash in
            fields.value("size").flatMap { UInt64($0) }.map {
                OutboxContent(size: $0, hash: hash, origins: fields.string("origins"))
            }
        }
        switch fields.string("event") {
        case "started":
            guard let content else { return nil }
            self = .started(name: name, content)
        case "finished":
            guard let content, let exitCode = fields.value("exit_code").flatMap({ Int32($0) }),
                let place = fields.string("place")
            else { return nil }
            self = .finished(
                OutboxFinish(
                    name: name, content: content, runID: fields.string("run_id") ?? "",
                    exitCode: exitCode, read: fields.value("read").flatMap { UInt64($0) } ?? 0,
                    accepted: fields.value("accepted").flatMap { UInt64($0) } ?? 0, place: place,
                    sent: OutboxFinish.Sent(fields), isOfAPI: fields.string("destination") == "api")
            )
        case "moved": self = .moved(name: name)
        case "told":
            guard let cause = fields.string("cause") else { return nil }
            self = .told(name: name, OutboxProblem(content: content, cause: cause))
        case "resolved": self = .resolved(name: name)
        default: return nil
        }
    }

    private var event: String {
        switch self {
        case .started: "started"
        case .finished: "finished"
        case .moved: "moved"
        case .told: "told"
        case .resolved: "resolved"
        }
    }

    var name: String {
        switch self {
        case .started(let name, _), .moved(let name), .told(let name, _), .resolved(let name): name
        case .finished(let finish): finish.name
        }
    }

    private static func write(_ content: OutboxContent, to json: inout JSONWriter) {
        json.member("size", content.size)
        json.member("hash", content.hash)
        if let origins = content.origins { json.member("origins", origins) }
    }
}

/// A file whose lines all have an outcome.
struct OutboxFinish: Hashable, Sendable {
    var name: String
    var content: OutboxContent
    var runID: String
    /// 0, 1 or 4.
    var exitCode: Int32
    /// Lines.
    var read: UInt64
    /// Lines.
    var accepted: UInt64
    /// The path below the outbox's folder, such as `done/p.csv`.
    var place: String
    /// nil in rows of earlier versions.
    var sent: Sent?
    /// Whether it was sent to the API, not into a store; false in rows of earlier versions.
    var isOfAPI = false

    /// The file as it was sent, by which one that grows is recognized.
    struct Sent: Hashable, Sendable {
        /// Bytes that were read.
        var size: UInt64
        var inode: UInt64
        /// Milliseconds since 1970.
        var finishedAt: Int64

        init(size: UInt64, inode: UInt64, finishedAt: Int64) {
            self.size = size
            self.inode = inode
            self.finishedAt = finishedAt
        }

        init?(_ fields: JSONFields) {
            guard let size = fields.number("sent_bytes"), let inode = fields.number("inode"),
                let finishedAt = fields.value("finished_ms").flatMap({ Int64($0) })
            else { return nil }
            self.init(size: size, inode: inode, finishedAt: finishedAt)
        }
    }

    var exitStatus: ExitStatus { ExitStatus(rawValue: exitCode) ?? .someNotAccepted }

    /// Whether every line was accepted.
    var isDone: Bool { exitStatus == .success }
}

/// Why a file is not sent, as far as that makes it a new message.
struct OutboxProblem: Hashable, Sendable {
    /// nil if it is unknown, or the problem is of the outbox itself.
    var content: OutboxContent?
    /// A stable word, or a text.
    var cause: String

    /// Whether a person who was told of the other one knows of this one.
    func isSame(as other: OutboxProblem) -> Bool {
        cause == other.cause && (content == nil || other.content == nil || content == other.content)
    }

    /// The cause of a finished file with lines that were not accepted.
    static let notAccepted = "not_accepted"
}

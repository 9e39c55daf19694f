import Ledger
import Records
import Sending
import TestSupport
import Testing

@testable import hookbatch

/// Decides whether a line that is sent again keeps its key: one key must not have two messages.
@Suite("The digest of what decides messages") struct MessageDigestTests {
    /// How a flag is given, and whether it changes the messages of the records.
    private struct Use {
        var words: [String]
        var changes: Bool
        /// Flags of both runs.
        var others: [String] = []
        var name = "in.csv"

        init(
            _ words: [String], _ changes: Bool, with others: [String] = [], name: String = "in.csv"
        ) {
            self.words = words
            self.changes = changes
            self.others = others
            self.name = name
        }
    }

    private static let member = ["--map", "payload/a=a"]

    /// Every flag of the inputs. A new one needs a decision here, and perhaps in the digest.
    private static let uses: [String: Use] = [
        "format": Use(["--format", "tsv"], true),
        "files-from": Use(["--files-from", "list"], false),
        "no-header": Use(["--no-header"], true),
        "delimiter": Use(["--delimiter", ";"], true),
        "quote": Use(["--quote", "none"], true),
        "csv-escape": Use(["--csv-escape", "backslash"], true),
        // It decides what is valid. A cell that looks like JSON is read as JSON in any case.
        "payload": Use(["--payload", "any"], false),
        "csv-payload": Use(["--csv-payload", "text"], true),
        "max-record-bytes": Use(["--max-record-bytes", "1MiB"], false),
        // The key is in the record.
        "idempotency-key-from": Use(["--idempotency-key-from", "id"], false),
        "map": Use(["--map", "appId=tenant"], true),
        "set": Use(["--set", "event_type=t"], true),
        "empty-cells": Use(["--empty-cells", "null"], true, with: member),
        "null": Use(["--null", "NULL"], true, with: member),
        // The records are the same bytes; a file of undelivered lines has them without the array.
        "records": Use(["--records", "/events"], false, name: "in.rejected.json"),
        "skip": Use(["--skip", "3"], false),
        "only": Use(["--only", "appId=a"], false),
        "except": Use(["--except", "appId=a"], false),
        "time": Use(["--time", "at", "--since", "1h"], false),
        "time-format": Use(
            ["--time-format", "unix"], false, with: ["--time", "at", "--since", "1h"]),
        "since": Use(["--since", "2h"], false, with: ["--time", "at", "--until", "1h"]),
        "until": Use(["--until", "1h"], false, with: ["--time", "at", "--since", "2h"]),
        "shard": Use(["--shard", "1/2"], false),
    ]

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("digest")
        for name in ["in.csv", "in.rejected.json", "in.ndjson", "more.csv"] {
            try folder.write("appId,event_type,payload\n", to: name)
        }
        try folder.write(folder.path("more.csv") + "\n", to: "list")
    }

    private func digest(_ words: [String], of name: String) throws -> UInt64 {
        let words =
            ["send", "--to", "store:\(folder.path("{shard}.db"))"]
            + words.map { $0 == "list" ? folder.path($0) : $0 } + [folder.path(name)]
        let options = try SendOptions(arguments(words), words: words, environment: Environment())
        let file = try InputFile.open(all: [.file(folder.path(name))])[0]
        return OriginsPlan.messageDigest(
            header: Array("appId,a\r\n".utf8), format: try options.input.recordFormat(of: file),
            options: options.runIdentity)
    }

    @Test("Every flag of the inputs either changes the messages and the digest, or neither")
    func flags() throws {
        // Each of these needs another run or a batch system.
        let others = ["outcome", "error", "retry-of", "arrived", "shard-base"]
        let flags = Flags.taken(by: .send).filter { $0.topic == .input }.map(\.name)
        #expect(Set(Self.uses.keys).union(others) == Set(flags))
        for (flag, use) in Self.uses {
            let changes =
                try digest(use.others, of: use.name)
                != digest(use.others + use.words, of: use.name)
            #expect(changes == use.changes, "--\(flag)")
        }
    }

    @Test("A flag that gives what the name of a file gives does not change the digest")
    func sameFormat() throws {
        #expect(try digest(["--format", "csv"], of: "in.csv") == digest([], of: "in.csv"))
        #expect(try digest(["--format", "ndjson"], of: "in.csv") == digest([], of: "in.ndjson"))
    }
}

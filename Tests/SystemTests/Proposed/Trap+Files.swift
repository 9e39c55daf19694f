import Foundation
import TestSupport
import Testing

extension Trap {
    static let ofFiles = [
        Trap(
            "a missing file of a key", exitCode: 2,
            says: ["--api-key-file: the file can't be opened: No such", "is a path, not the key"],
            set: { $0.words(["--api-key-file", "key"]) },
            follow: { scene, command in
                try scene.folder.write(Sending.apiKey, to: "key")
                return command
            }),
        Trap(
            "an empty file of a key", exitCode: 2, says: ["the API key is empty"],
            set: { scene in
                try scene.folder.write("\n", to: "key")
                return scene.words(["--api-key-file", "key"])
            },
            follow: { scene, command in
                try scene.folder.write(Sending.apiKey + "\n", to: "key")
                return command
            }),
        Trap(
            "a missing input", exitCode: 2, says: ["does not exist", "did you mean 'in.ndjson'"],
            set: { ["im.ndjson"] + $0.words().dropFirst() },
            follow: { $1.replacingOccurrences(of: "im.ndjson", with: "in.ndjson") }),
        Trap(
            "a run that another process is working on", exitCode: 2,
            says: [
                "out.report.ndjson.journal: another process is working on this run; ",
                "wait until that process ends, then run the same command again",
            ],
            set: { scene in
                scene.accepts.update { $0 = false }
                let words = scene.words()
                let running = try Program(
                    Hookbatch.binary, ["send"] + words,
                    environment: ["HOOKSTREAM_API_KEY": Sending.apiKey],
                    directory: scene.folder.path
                ).start()
                _ = scene.keep(running)
                #expect(scene.server.waitForRequests(1))
                return words
            },
            follow: { scene, command in
                scene.accepts.update { $0 = true }
                #expect(scene.kept(RunningProgram.self)?.wait().exitCode == 0)
                return command
            }),
        Trap(
            "an input that was edited", exitCode: 2,
            says: ["'in.ndjson' has changed since the run started: line 1 differs; restore it"],
            set: { scene in
                try scene.stopEarly(scene.words())
                try scene.edit("in.ndjson") { $0.replacingOccurrences(of: ":0}", with: ":7}") }
                return scene.words()
            },
            follow: { scene, command in
                try scene.folder.write(TrapScene.input, to: "in.ndjson")
                return command
            }),
        Trap(
            "an input that is another one now", exitCode: 2,
            says: ["has changed since the run started", "use --fresh to start over"],
            set: { scene in
                try scene.edit("in.ndjson") { $0.replacingOccurrences(of: "\"b\"", with: "\"c\"") }
                try scene.stopEarly(scene.words())
                try scene.folder.write(TrapScene.input, to: "in.ndjson")
                return scene.words()
            },
            follow: { $1 + " --fresh" }),
        Trap(
            "a damaged journal with a copy", exitCode: 2,
            says: ["out.report.ndjson.journal: ", "is damaged", "restore it from a copy"],
            set: { try damagedJournal($0) },
            follow: { scene, command in
                try scene.copy("copy", to: journal)
                return command
            }),
        Trap(
            "a damaged journal without a copy", exitCode: 2,
            says: ["is damaged", "or use --fresh to start over from the first line"],
            set: { try damagedJournal($0) }, follow: { $1 + " --fresh" }),
        Trap(
            "the journal of a run to another URL", exitCode: 2,
            says: ["was created with a different --to", "use the same value for that run"],
            set: { scene in
                try scene.stopEarly(scene.words())
                let localhost = scene.server.baseURL.replacingOccurrences(
                    of: "127.0.0.1", with: "localhost")
                return scene.words(to: localhost)
            },
            follow: { $1.replacingOccurrences(of: "localhost", with: "127.0.0.1") }),
    ]

    static let ofStores = [
        Trap(
            "a file that is no store", exitCode: 2,
            says: ["'m.db' can't be used as a store", "choose another with --to store:PATH"],
            set: { scene in
                try scene.folder.write("a letter\n", to: "m.db")
                return scene.words(to: "store:m.db")
            },
            follow: { $1.replacingOccurrences(of: "store:m.db", with: "store:n.db") }),
        Trap(
            "a damaged store with a copy", exitCode: 74,
            says: ["the store 'm.db': database disk image is malformed", "restore it from a copy"],
            set: { try damagedStore($0) },
            follow: { scene, command in
                try scene.copy("copy", to: "m.db")
                return command
            }),
        Trap(
            "a damaged store without a copy", exitCode: 74,
            says: ["or start over with --fresh and another --to store:PATH"],
            set: { try damagedStore($0) },
            follow: { $1.replacingOccurrences(of: "m.db", with: "n.db") + " --fresh" }),
    ]

    /// Damages the store of a stopped run, and keeps a copy.
    private static func damagedStore(_ scene: TrapScene) throws -> [String] {
        let words = scene.words(to: "store:m.db")
        try scene.stopEarly(words)
        try scene.copy("m.db", to: "copy")
        var bytes = try scene.folder.read("m.db")
        for place in 100..<bytes.count { bytes[place] = 0x55 }
        try scene.folder.write(bytes, to: "m.db")
        return words
    }

    private static let journal = "out.report.ndjson.journal"

    /// Damages the journal of a stopped run, and keeps a copy.
    private static func damagedJournal(_ scene: TrapScene) throws -> [String] {
        try scene.stopEarly(scene.words())
        try scene.copy(journal, to: "copy")
        try scene.edit(journal) { "x" + $0.dropFirst() }
        return scene.words()
    }
}

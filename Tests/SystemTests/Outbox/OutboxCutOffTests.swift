import Foundation
import TestSupport
import Testing

@Suite("Files of an outbox that end within a record", .ownThread)
struct OutboxCutOffTests {
    private static let cutTexts: [(String, Substring)] = [
        ("p.ndjson", OutboxScene.lines(1...3).dropLast(4)),
        ("p.ndjson", OutboxScene.lines(1...3).dropLast(2)),
        ("p.csv", "appId,event_type,payload\napp_1,t,\"{\"\"n\"\":1}\"\napp_1,"),
        ("p.csv", "appId,event_type,payload\napp_1,t,\"{\"\"n\"\":1}\"\napp_1,t,\"{\"\"n"),
        ("p.csv", "appId,event_type,payload\napp_1,t,{}\napp_1,t,{"),
        ("p.json", "[{\"appId\":\"app_1\",\"event_type\":\"t\",\"payload\":{\"n\":1}},{\"appId"),
    ]

    @Test("A file that ends within a record is not sent until it is whole", arguments: cutTexts)
    func cutOff(name: String, text: Substring) throws {
        let scene = try OutboxScene()
        try scene.put(name, String(text))
        let round = try scene.round()
        #expect(round.exitCode == 0 && round.errorOutput == "", "\(round)")
        #expect(try scene.files() == [name])
        #expect(try scene.metric("hookbatch_outbox_backlog_files") == 1)
        // As if the upload had ended a while ago.
        let path = "\(scene.directory)/outbox/\(name)"
        func age() throws {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -700)], ofItemAtPath: path)
        }
        try age()
        let told = try scene.round()
        #expect(told.exitCode == 2 && told.messages.count == 1, "\(told)")
        #expect(told.errorOutput.contains("is cut off, and nothing was added"), "\(told)")
        let again = try scene.round()
        #expect(again.exitCode == 2 && again.errorOutput == "", "\(again)")
        #expect(scene.server.requestCount == 0)
        if name == "p.json" {
            // A line break would not complete it.
            #expect(told.commands.isEmpty && told.errorOutput.hasSuffix("; upload it again\n"))
            return
        }
        // A person says that nothing is missing.
        #expect(try Program.run("sh", ["-c", String(#require(told.commands.first))]).exitCode == 0)
        #expect(try scene.round().exitCode == 1)
        #expect(scene.server.requestCount == (name == "p.ndjson" ? 2 : 1))
    }

    @Test("A compressed file that was cut off is resumed when the whole one is put in its place")
    func cutOffPacked() throws {
        let scene = try OutboxScene()
        let whole = try Gzip.pack(OutboxScene.lines(1...3000))
        try scene.folder.write(Array(whole.dropLast(whole.count / 3)), to: "outbox/p;q.ndjson.gz")
        let stopped = try scene.round()
        #expect(stopped.exitCode == 74 && stopped.messages.count == 1, "\(stopped)")
        #expect(
            stopped.errorOutput.contains("/p;q.ndjson.gz' can't be decompressed: "), "\(stopped)")
        #expect(stopped.errorOutput.hasSuffix("says how to put it in its place\n"), "\(stopped)")
        try scene.folder.write(whole, to: "outbox/p;q.ndjson.gz")
        let waits = try scene.round()
        #expect(waits.messages.count == 1, "\(waits)")
        #expect(
            waits.errorOutput.contains("if this is the whole file, put it in place"), "\(waits)")
        #expect(try scene.round().errorOutput == "")
        let command = try #require(waits.commands.first)
        #expect(try Program.run("sh", ["-c", String(command)]).exitCode == 0)
        let last = try scene.round()
        #expect(last.exitCode == 0 && last.errorOutput == "", "\(last)")
        #expect(scene.acceptedNumbers() == Array(1...3000))
        #expect(try scene.files().contains("done/p;q.ndjson.gz/p;q.ndjson.gz"))
    }

    @Test("An upload that starts over after it was cut off is sent once, without a message")
    func cutOffStartedOver() throws {
        let scene = try OutboxScene()
        let upload = try OutboxUpload(
            scene, "a.ndjson", String(OutboxScene.lines(1...3).dropLast(4)))
        try scene.put("b.ndjson", String(OutboxScene.lines(4...6).dropLast(4)))
        #expect(try scene.round().errorOutput == "")
        try upload.append(String(OutboxScene.line(3).suffix(4)))
        try scene.put("b.ndjson", OutboxScene.lines(4...6))
        let round = try scene.round()
        #expect(round.exitCode == 0 && round.errorOutput == "", "\(round)")
        #expect(scene.acceptedNumbers() == Array(1...6) && scene.server.requestCount == 6)
    }

    @Test(
        "Files that end without a line break but whole, with text or with a broken record are sent",
        arguments: [
            ("p.ndjson", #"{"appId":"app_1","event_type":"t","payload":{"n":1}}"#, 1, 0),
            (
                "p.ndjson",
                #"{"appId":"app_1","event_type":"t","payload":{"n":1}}"# + "\npanic: oo", 1, 1
            ),
            ("p.ndjson", #"{"appId":"app_1","event_type":"t","payload":{"n":1},}"#, 0, 1),
            ("p.ndjson", #"{"appId":"app 1","event_type":"t","payload":{"n":1}}"#, 0, 1),
            ("p.csv", "appId,event_type,payload\napp_1,t,\"{\"\"n\"\":1}\"", 1, 0),
            ("p.csv", "appId,event_type,payload\napp_1,t,text", 1, 0), ("p.ndjson", "", 0, 0),
            (
                "p.ndjson", #"{"appId":"app_1","event_type":"t","payload":{"n":1}}"# + "\n\u{1A}",
                1, 1
            ),
        ])
    func whole(name: String, text: String, requests: Int, exitCode: Int32) throws {
        let scene = try OutboxScene()
        try scene.put(name, text)
        #expect(try scene.round().exitCode == exitCode)
        #expect(scene.server.requestCount == requests)
        #expect(try scene.files().allSatisfy { $0.contains("/") })
    }
}

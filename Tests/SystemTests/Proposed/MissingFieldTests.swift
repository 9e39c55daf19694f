import Foundation
import TestSupport
import Testing

@Suite("Fields with another name", .sideBySide)
struct MissingFieldTests {
    private let scene: TrapScene

    init() throws {
        scene = try TrapScene()
        try scene.edit("in.ndjson") {
            $0.replacingOccurrences(of: #""appId""#, with: #""customer""#)
        }
    }

    private func sendAll(
        _ flags: [String], says words: String, then follow: (String) -> String
    ) throws {
        let result = try scene.run(TrapScene.command(scene.words(flags)))
        #expect(result.exitCode == 1, "\(result)")
        #expect(result.errorOutput.contains(words), "\(result)")
        let proposed = ProposedRun.command(in: result.errorOutput)
        let again = try scene.run(follow(try #require(proposed, "\(result)")))
        #expect(again.exitCode == 0, "\(again)")
        #expect(scene.server.acceptances.count == TrapScene.count)
        let rows = try ReportRow.ndjson(scene.folder.read(scene.sending.report))
        #expect(rows.count == TrapScene.count)
        #expect(rows.allSatisfy { $0.outcome == "accepted" })
    }

    @Test("If no line has an appId, the command with a --map to fill in sends all lines")
    func unmapped() throws {
        try sendAll(
            [], says: "no line has an appId, but other members are ignored: customer (30)",
            then: { $0.replacingOccurrences(of: "appId=NAME", with: "appId=customer") })
    }

    @Test("If a mapped field is an object, a command has its member to fill in")
    func nested() throws {
        try scene.edit("in.ndjson") {
            $0.replacing(#/"customer":("[^"]*")/#) { #""tenant":{"id":\#($0.output.1)}"# }
        }
        let result = try scene.run(TrapScene.command(scene.words(["--map", "appId=tenant"])))
        #expect(result.exitCode == 1, "\(result)")
        #expect(
            result.errorOutput.contains("or, if /tenant is an object with the appId in it"),
            "\(result)")
        let command = try #require(
            ProposedRun.commands(in: result.errorOutput).first { $0.contains("/tenant/NAME") })
        let again = try scene.run(command.replacing("/tenant/NAME", with: "/tenant/id"))
        #expect(again.exitCode == 0, "\(again)")
        #expect(scene.server.acceptances.count == TrapScene.count)
    }

    @Test(
        "If a --map has the steps of a field without the first slash, the command has it",
        arguments: ["customer/id", "customer.id"])
    func nested(name: String) throws {
        try scene.edit("in.ndjson") {
            $0.replacing(/"customer":("[^"]*")/) { "\"customer\":{\"id\":\($0.1)}" }
        }
        try sendAll(
            ["--map", "appId=\(name)"], says: "if '/customer/id' is meant, start over with",
            then: {
                #expect($0.contains("--map appId=/customer/id in.ndjson"))
                return $0
            })
    }

    @Test("If a --map is mistyped, the command has the name that is probably meant")
    func mistyped() throws {
        try scene.edit("in.ndjson") {
            $0.replacingOccurrences(of: #""event_type""#, with: #""kind""#)
        }
        try sendAll(
            ["--map", "event_type=kind", "--map=appId=customr", "--rate", "500/s"],
            says:
                "no line has an appId at 'customr', but other members are ignored: customer (30); "
                + "if 'customer' is meant, start over with",
            then: {
                #expect($0.contains("--fresh --map appId=customer in.ndjson"))
                #expect($0.contains("--map event_type=kind --rate 500/s"))
                return $0
            })
        let check = try scene.run(
            "hookbatch check in.ndjson --map appId=/Customer/id --map event_type=kind")
        #expect(
            check.output.contains(
                "No line has an appId at '/Customer/id', but other members are ignored: customer (30)."
                    + " Name the right one with --map appId=NAME.\n"), "\(check)")
    }

    @Test("If some lines have the field, or none has other members, the lines are to be fixed")
    func fixed() throws {
        try scene.edit("in.ndjson") { $0 + #"{"appId":"a","event_type":"t"}"# + "\n" }
        let some = try scene.run(TrapScene.command(scene.words()))
        #expect(some.errorOutput.contains("fix the lines in out.rejected.ndjson"), "\(some)")
        // The place of an example is one of the input, not of the file to fix.
        #expect(some.errorOutput.contains("'appId is missing')"), "\(some)")
        try scene.folder.write("{}\n{}\n", to: "in.ndjson")
        let none = try scene.run(TrapScene.command(scene.words(["--fresh"])))
        #expect(none.errorOutput.contains("fix the lines in out.rejected.ndjson"), "\(none)")
    }
}

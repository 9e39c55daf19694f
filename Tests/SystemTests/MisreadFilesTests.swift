import Foundation
import TestSupport
import Testing

/// Files that could be read as no lines, or as lines without a payload.
@Suite("Files that are easily misread", .sideBySide)
struct MisreadFilesTests {
    @Test("The payloads of a CSV whose lines end in CR CR LF are sent")
    func doubledReturns() throws {
        let server = try LoopbackServer()
        let sending = try Sending()
        let rows = ["appId,event_type,payload", #"a,t,"{""n"":1}""#, "a,t,{}", ""]
        try sending.folder.write(rows.joined(separator: "\r\r\n"), to: "in.csv")
        let sent = try sending.program(["in.csv"], to: server.baseURL).run()
        #expect(sent.exitCode == 0, "\(sent)")
        #expect(
            server.requests.map(\.bodyText).sorted() == [
                #"{"event_type":"t","payload":{"n":1}}"#, #"{"event_type":"t","payload":{}}"#,
            ])
        let report = try ReportRow.ndjson(sending.folder.read(sending.report))
        #expect(report.map(\.line) == [2, 3])
    }
}

import Delivery
import Ledger
import TestSupport
import Testing

@Suite("Journal rows") struct JournalFormatTests {
    @Test("A run row has the run's identity, inputs and options")
    func run() throws {
        let header = JournalHeader(
            runID: try #require(RunID("0123456789abcdef")), destination: "store:a \"b\".db",
            inputs: [
                InputIdentity(
                    path: "events.ndjson", size: 123,
                    modifiedNanoseconds: 1_764_000_000_000_000_007,
                    isStream: false),
                InputIdentity(path: "-", size: 0, modifiedNanoseconds: -1, isStream: true),
            ],
            options: ["--set": "a=\u{202e}b", "--delivery": "at-least-once"])
        let text = rows { $0.appendRun(header) }
        #expect(
            text
                == withChecksum(
                    #"{"kind":"run","version":2,"run_id":"0123456789abcdef","#
                        + #""to":"store:a \"b\".db","inputs":[{"path":"events.ndjson","size":123,"#
                        + #""modified_ns":1764000000000000007,"stream":false},"#
                        + #"{"path":"-","size":0,"modified_ns":-1,"stream":true}],"#
                        + #""options":{"--delivery":"at-least-once","--set":"a=\u202eb"}"#))
        #expect(recovered(text).header == header)
    }

    @Test("Start, lease and finished rows have their documented members")
    func marks() {
        #expect(
            rows { $0.appendStart(bootID: "b-1", pid: 77, at: 1_767_225_600_000) }
                == withChecksum(
                    #"{"kind":"start","boot_id":"b-1","pid":77,"at":"2026-01-01T00:00:00.000Z""#))
        #expect(
            rows { $0.appendLease(LineID(file: 1, line: 4096), synced: 1234) }
                == withChecksum(#"{"kind":"lease","file":1,"line":4096,"synced":1234"#))
        #expect(rows { $0.appendFinished() } == withChecksum(#"{"kind":"finished""#))
    }

    @Test("Consecutive sent lines of a file share a row")
    func sent() {
        let text = rows {
            for line: UInt64 in [2, 3, 40] { $0.appendSent(LineID(file: 1, line: line)) }
            $0.appendSent(LineID(file: 2, line: 3))
            $0.seal()
            $0.appendSent(LineID(file: 2, line: 4))
        }
        #expect(
            text
                == withChecksum(
                    #"{"kind":"sent","file":1,"lines":[[2,"0000000000000002"],"#
                        + #"[3,"0000000000000003"],[40,"0000000000000028"]]"#)
                + withChecksum(#"{"kind":"sent","file":2,"lines":[[3,"0000000000000003"]]"#)
                + withChecksum(#"{"kind":"sent","file":2,"lines":[[4,"0000000000000004"]]"#))
    }

    @Test("The sent rows of a journal of version 1 have no hashes")
    func sentWithoutHashes() throws {
        var header = try header()
        header.version = 1
        let text = rows(version: 1) {
            $0.appendRun(header)
            for line: UInt64 in [2, 3] { $0.appendSent(LineID(file: 1, line: line)) }
        }
        #expect(text.contains(#"{"kind":"run","version":1,"#))
        #expect(text.hasSuffix(withChecksum(#"{"kind":"sent","file":1,"lines":[2,3]"#)))
        let journal = recovered(text)
        #expect(journal.damage == nil)
        #expect(journal.header == header)
        #expect(journal.resumeState.histories.count == 2)
        #expect(journal.resumeState.hashes.isEmpty)
        let newer = withChecksum(#"{"kind":"sent","file":1,"lines":[[4,"0000000000000004"]]"#)
        #expect(recovered(text + newer).damage?.reason == .malformedRow)
    }

    @Test("A sent row has at most 4,096 lines")
    func sentBound() {
        let text = rows { encoder in
            for line in 1...10_000 as ClosedRange<UInt64> {
                encoder.appendSent(LineID(file: 1, line: line))
            }
        }
        #expect(text.split(separator: "\n").count == 3)
    }

    @Test("An attempt row has the end of an attempt and the time of the next")
    func attempt() {
        let text = rows {
            $0.appendAttempt(
                LineID(file: 1, line: 5), attempt: 2, fate: .refused, status: 429, failure: nil,
                isCounted: true, retryAt: 1_764_000_000_123)
            $0.appendAttempt(
                LineID(file: 2, line: 6), attempt: 1, fate: .uncertain, status: nil,
                failure: .timeout, isCounted: false, retryAt: nil)
        }
        #expect(
            text
                == withChecksum(
                    #"{"kind":"attempt","file":1,"line":5,"attempt":2,"fate":"refused","#
                        + #""status":429,"error":"http_429","counted":true,"#
                        + #""retry_at":1764000000123"#)
                + withChecksum(
                    #"{"kind":"attempt","file":2,"line":6,"attempt":1,"fate":"uncertain","#
                        + #""status":null,"error":"timeout","counted":false,"retry_at":null"#))
    }

    @Test("An outcome row is the report's row with the record's location after it")
    func outcome() {
        let text = rows { encoder in
            withBytes("app_1") { appID in
                withBytes("\"user.created\"") { eventType in
                    withBytes("msg_1") { messageID in
                        var row = OutcomeRow(
                            line: LineID(file: 1, line: 2), outcome: .accepted, record: 1,
                            offset: 0, length: 400, hash: 0xab)
                        row.appID = appID
                        row.eventType = eventType
                        row.status = 201
                        row.messageID = messageID
                        row.attempts = 1
                        row.startedAtMilliseconds = 1_767_225_600_000
                        row.latencyNanoseconds = 12_345_678
                        encoder.append(row)
                        row.spool = 7
                        row.error = .status(404)
                        row.isPossibleDuplicate = true
                        encoder.append(row)
                    }
                }
            }
        }
        let start =
            #"{"file":"events.ndjson","line":2,"appId":"app_1","event_type":"user.created","#
            + #""outcome":"accepted","status":201,"message_id":"msg_1","attempts":1,"#
        let time = #""started_at":"2026-01-01T00:00:00.000Z","latency_ms":12.3,"#
        let place = #","input":1,"record":1,"offset":0,"length":400,"hash":"00000000000000ab""#
        #expect(
            text
                == withChecksum(
                    start + #""possible_duplicate":false,"# + time + #""error":null,"detail":null"#
                        + place)
                + withChecksum(
                    start + #""possible_duplicate":true,"# + time
                        + #""error":"http_404","detail":null"# + place + #","spool":7"#))
    }

    @Test("An outcome row has null for absent values")
    func empty() {
        let row = plainRow(LineID(file: 1, line: 9), .notAttempted, record: 3)
        #expect(
            rows { $0.append(row) }
                == withChecksum(
                    #"{"file":"events.ndjson","line":9,"appId":null,"event_type":null,"#
                        + #""outcome":"not_attempted","status":null,"message_id":null,"attempts":0,"#
                        + #""possible_duplicate":false,"started_at":null,"latency_ms":null,"#
                        + #""error":null,"detail":null,"input":1,"record":3,"offset":0,"length":10,"#
                        + #""hash":"0000000000000001""#))
    }

    @Test("A hash is written as sixteen hexadecimal digits")
    func hashes() {
        var random = SeededGenerator(seed: 3)
        let hashes = [0, 9, 10, 15, 16, .max, 0x0123_4567_89ab_cdef] as [UInt64]
        for hash in hashes + (0..<200).map({ _ in random.next() }) {
            let digits = String(hash, radix: 16)
            let padded = String(repeating: "0", count: 16 - digits.count) + digits
            let text = rows { $0.append(plainRow(LineID(file: 1, line: 1), record: 1, hash: hash)) }
            #expect(text.contains("\"hash\":\"\(padded)\""))
        }
    }
}

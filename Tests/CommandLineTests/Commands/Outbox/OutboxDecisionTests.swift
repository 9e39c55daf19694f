import Delivery
import Platform
import Records
import Sending
import TestSupport
import Testing

@testable import hookbatch

@Suite("The decisions of an outbox") struct OutboxDecisionTests {
    @Test(
        "Hidden files and those of transfer programs are not complete",
        arguments: [
            ("a.csv", true), ("part", true), ("a.part.csv", true), ("a.csv.part", false),
            ("a.partial", false), ("a.filepart", false), ("a.tmp", false), ("a.crdownload", false),
            (".a.csv", false), (".part", false), ("", false),
        ])
    func complete(name: String, isComplete: Bool) {
        #expect(OutboxFolder.isComplete(Array(name.utf8)) == isComplete)
    }

    @Test(
        "A file is settled after its time, and one from the future is not left for ever",
        arguments: [(0, false), (9, false), (10, true), (-9, false), (-11, true)])
    func settled(age: Int64, isSettled: Bool) {
        let now: Int64 = 1_800_000_000_000_000_000
        #expect(
            OutboxFolder.isSettled(
                modified: now - age * 1_000_000_000, now: now, settle: .seconds(10)) == isSettled)
        #expect(OutboxFolder.isSettled(modified: now, now: now, settle: .zero))
    }

    @Test("Each exit code of send has its meaning for the round", arguments: ExitStatus.allCases)
    func verdict(status: ExitStatus) {
        let verdict = OutboxVerdict(.exit(status.rawValue), stopCause: "unauthorized")
        let expected: OutboxVerdict =
            switch status {
            case .success, .someNotAccepted, .someUnknown: .finished(status)
            case .usage: .refused
            case .fileError: .fileError
            case .stopped: .stopped(.stopped, cause: "unauthorized")
            case .hangup: .stopped(.hangup, cause: "sighup")
            case .interrupted: .stopped(.interrupted, cause: "sigint")
            case .terminated: .stopped(.terminated, cause: "sigterm")
            case .internalError: .stopped(.internalError, cause: "exit_70")
            case .busy: .stopped(.internalError, cause: "exit_75")
            }
        #expect(verdict == expected)
    }

    @Test("A send that a signal ended is resumed, and ends the round")
    func killed() {
        #expect(
            OutboxVerdict(.signal(9), stopCause: "limit")
                == .stopped(.stopped, cause: "killed_by_signal_9"))
    }

    @Test("The messages of a send lose their commands, and what proposes to send everything again")
    func errors() {
        let text = """
            hookbatch: warning: no lines to send: the input is empty
            hookbatch: resuming run r1 from 'a': 3 lines done
            hookbatch: 'a' was created with a different --to (b); use the same value for that run, \
            choose another --report, or use --fresh to archive these files and send everything again
            hookbatch: 'a;b.csv': the input is UTF-16LE, not UTF-8; convert it first, then run the \
            same command with 'a;b.utf8.csv':
              iconv -f UTF-16LE -t UTF-8 'a;b.csv' >'a;b.utf8.csv'
            hookbatch: stopped: the key is wrong; resume with:
              cd /x && hookbatch send a

            """
        let errors = OutboxErrors(Array(text.utf8))
        #expect(errors.encoding == "UTF-16LE")
        #expect(errors.warnings == ["no lines to send: the input is empty"])
        #expect(
            errors.problems == [
                "'a' was created with a different --to (b)",
                "'a;b.csv': the input is UTF-16LE, not UTF-8",
                "stopped: the key is wrong; resume with:",
            ])
        // A name is never taken for an encoding.
        let name = "u iconv -f $(x) the input is UTF-16BE, not UTF-8; convert it first, then .csv"
        let named = OutboxErrors(
            Array(
                "hookbatch: '\(name)': the input is UTF-16LE, not UTF-8; convert it first, then y\n"
                    .utf8))
        #expect(named.encoding == "UTF-16LE")
        let defect = String(repeating: "frame\n", count: 100) + "\u{1B}[2J\n"
        #expect(OutboxErrors(Array(defect.utf8)).problems.count == 5)
        #expect(OutboxErrors([0x1B, 0xFF]).text == "\\u{001B}\u{FFFD}")
    }

    @Test("A message names what was not accepted, and its commands are quoted for a shell")
    func notice() throws {
        let summary = """
            {"run_id":"r","ended_at":"2026-11-30T00:00:00Z","finished":true,"exit_code":4,"stop":null,
            "counts":{"read":5,"accepted":1,"rejected":3,"unknown":1,"retries":2},
            "directory":"/d","steps":[
            {"kind":"run","what":"fix the lines in 'r' (http_400 in 3), then let the next round send \
            them with","command":"mv -n '/o/failed/a b/r.origins' '/o/failed/a b/r' /o/"},
            {"kind":"look","what":"list them with","command":"hookbatch report 'x y'"}]}
            """
        let notes = try #require(RunNotes(.init(text: Array(summary.utf8))))
        let finish = OutboxFinish(
            name: "a b", content: OutboxContent(size: 1, hash: "x"), runID: "r", exitCode: 4,
            read: 5, accepted: 1, place: "failed/a b")
        #expect(
            OutboxNotice.notAccepted(finish, notes, folder: "/o") == """
                'a b': finished, but 4 of 5 lines not accepted (3 rejected, 1 unknown); its files \
                are in '/o/failed/a b'; fix the lines in 'r' (http_400 in 3), then let the next round \
                send them with:
                  mv -n '/o/failed/a b/r.origins' '/o/failed/a b/r' /o/
                then list them with:
                  cd /d && hookbatch report 'x y'
                when all lines are accepted, a round moves this folder to 'done'; to give up those \
                that were not, remove it, and with it their report (a corrected file of this name is \
                then sent whole, also the lines that were accepted), with:
                  rm -r '/o/failed/a b'
                """)
        // The lines of another file of the outbox, and a file that is only named so.
        for (origins, folders) in [("r 1.rejected", " /o/failed/a"), (nil, "")] {
            let lines = OutboxFinish(
                name: "a.rejected.csv",
                content: OutboxContent(size: 1, hash: "x", origins: origins),
                runID: "r", exitCode: 1, read: 1, accepted: 0, place: "failed/a.rejected.csv")
            #expect(
                OutboxNotice.notAccepted(
                    lines, notes, among: ["/o/failed/a", "/o/failed/a.rejected", "/o/failed/b"],
                    folder: "/o"
                )
                .hasSuffix("  rm -r /o/failed/a.rejected.csv\(folders)"))
        }
        // Without its summary.
        #expect(
            OutboxNotice.notAccepted(finish, nil, folder: "/o")
                == "'a b': finished, but 4 of 5 lines not accepted; its files are in '/o/failed/a b'"
        )
    }

    @Test("A round has the most severe exit code of its files, and the sums of their lines")
    func tally() throws {
        var tally = OutboxTally()
        #expect(tally.exitStatus == .success)
        let run = try #require(
            OutboxRun(
                summary: Array(
                    #"{"run_id":"r","finished":true,"exit_code":1,"counts":{"accepted":2,"invalid":1}}"#
                        .utf8)))
        let order: [ExitStatus] = [
            .success, .someNotAccepted, .someUnknown, .stopped, .terminated, .usage, .fileError,
            .internalError,
        ]
        for status in order {
            tally.add(.done, status, run)
            #expect(tally.exitStatus == status)
            tally.add(.alreadySent, .success)
            #expect(tally.exitStatus == status)
        }
        #expect(tally.totals.counts.accepted == 16 && tally.totals.counts.invalid == 8)
        #expect(tally.files == [.done: 8, .alreadySent: 8])
    }
}

import Delivery
import Foundation
import TestSupport
import Testing

@testable import hookbatch

@Suite("The guide's tables of how a run ends") struct EndingTableTests {
    /// The cells of each row of the tables in the guide on reports.
    private static let rows: [[String]] = {
        let path = Hookbatch.root + "/Sources/hookbatch/hookbatch.docc/Reports.md"
        let text = (try? String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)) ?? ""
        return text.components(separatedBy: "\n").filter { $0.hasPrefix("| ") }.map { row in
            row.dropFirst(2).dropLast(2).components(separatedBy: " | ")
        }
    }()

    /// The failures before a first response; the others stop the run in another way.
    private static let failures = TransportFailure.allCases.filter {
        $0 != .proxyAuthentication && $0 != .aborted
    }

    /// One cause after the other; the compiler reports a new one.
    private static func cause(after cause: StopCause?) -> StopCause? {
        switch cause {
        case nil: .signal(1)
        case .signal(1): .signal(2)
        case .signal(2): .signal(15)
        case .signal: .unauthorized
        case .unauthorized: .forbidden
        case .forbidden: .proxyAuthentication
        case .proxyAuthentication: .refusedForAll(status: 402)
        case .refusedForAll(402): .refusedForAll(status: 405)
        case .refusedForAll(405): .refusedForAll(status: 426)
        case .refusedForAll(426): .refusedForAll(status: 301)
        case .refusedForAll: .notTheAPI(status: 404)
        case .notTheAPI(404): .notTheAPI(status: 204)
        case .notTheAPI: .unreachable(failures[0])
        case .unreachable(let failure):
            failures.firstIndex(of: failure).flatMap { place in
                place + 1 < failures.count ? .unreachable(failures[place + 1]) : .outage(nil)
            }
        case .outage(nil): .outage(.dns)
        case .outage: .retryAfter(seconds: 7200)
        case .retryAfter: .maxErrors
        case .maxErrors: .maxDuration
        case .maxDuration: .limit
        case .limit: .input
        case .input: .storage
        case .storage: nil
        }
    }

    @Test("Each cause of a stop has a row with its code, its message and its advice")
    func stops() throws {
        let words = [
            "send", "a", "--max-errors", "5", "--max-duration", "1h", "--limit", "10",
        ]
        let options = try SendOptions(arguments(words), words: words, environment: Environment())
        var count = 0
        var cause = Self.cause(after: nil)
        while let current = cause {
            let reason = StopReason(current, options, failure: nil, connect: nil)
            let rows = Self.rows.filter { $0.count == 4 && $0[0] == "`\(reason.code)`" }
            var cells = try #require(rows.first, "\(reason.code)")
            if reason.code != "file_error" {
                cells = try #require(rows.first { $0[1] == reason.sentence }, "\(reason)")
                #expect(cells[3].hasPrefix(reason.advice ?? "nothing"), "\(reason.code)")
            }
            count += 1
            cause = Self.cause(after: current)
        }
        #expect(count == 30)
    }

    @Test("Each exit code has a row with its meaning", arguments: ExitStatus.allCases)
    func exitCodes(status: ExitStatus) throws {
        let row = Self.rows.first { $0.count == 4 && $0[0] == "\(status.rawValue)" }
        #expect(try #require(row)[2] == status.meaning)
        #expect(Guide.exitCodes.text.contains("\n| \(status.rawValue) | \(status.meaning) | "))
    }
}

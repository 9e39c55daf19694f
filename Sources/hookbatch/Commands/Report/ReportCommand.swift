import Delivery
import Ledger

/// `hookbatch report`: reads reports, or the journal of a run that is not finished, and says what
/// they hold.
enum ReportCommand {
    /// What one file holds.
    struct Contents {
        var path: String
        var tally: RowTally
        /// What only a journal knows; nil for a report.
        var journal: RecoveredJournal?
    }

    /// A file that can't be read as what it should be.
    enum Failure: Error {
        case file(SystemError)
        case ledger(LedgerError)
        case notAReport(path: String, line: UInt64)
        case isCSV(path: String)

        var message: String {
            switch self {
            case .file(let error): Shown.escaped(error.message)
            case .ledger(let error): Shown.escaped(error.message)
            case .notAReport(let path, let line):
                "\(Shown.quoted(path)) is no report of this program: its line \(line) is no row"
            case .isCSV(let path):
                "\(Shown.quoted(path)) is a report in CSV; only those in NDJSON are read"
            }
        }

        var exitStatus: ExitStatus {
            switch self {
            case .file: .fileError
            case .ledger, .notAReport, .isCSV: .usage
            }
        }
    }

    static func read(_ path: String) throws(Failure) -> Contents {
        if path.hasSuffix(".csv") { throw .isCSV(path: path) }
        var tally = RowTally()
        let found: OutcomeReading.Found
        do {
            found = try OutcomeReading.forEach(in: path) { tally.add($0, $1) }
        } catch {
            throw .file(error)
        }
        var contents = Contents(path: path, tally: tally)
        if path.hasSuffix(".journal") {
            let journal = try inspect(path)
            if journal.header == nil, let line = found.firstStrangeLine {
                throw .notAReport(path: path, line: line)
            }
            contents.journal = journal
        } else if let line = found.firstStrangeLine {
            throw .notAReport(path: path, line: line)
        }
        return contents
    }

    /// How the run of these rows ends, or would.
    static func exitStatus(of contents: Contents) -> ExitStatus {
        contents.journal == nil
            ? ExitStatus(read: contents.tally.counts.total, counts: contents.tally.counts)
            : .stopped
    }

    private static func inspect(_ path: String) throws(Failure) -> RecoveredJournal {
        let recovered: RecoveredJournal
        do {
            recovered = try Journal.inspect(path, bootID: BootID.current())
        } catch {
            throw .ledger(error)
        }
        if let damage = recovered.damage { throw .ledger(.damaged(path: path, damage)) }
        return recovered
    }
}

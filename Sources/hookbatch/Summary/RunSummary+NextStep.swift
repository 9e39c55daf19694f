import Delivery
import Ledger
import Platform
import Records
import Sending

/// What the next steps depend on.
extension RunSummary {
    /// Returns the paths of the files of a kind.
    func paths(of kind: File.Kind) -> [String] {
        files.filter { $0.kind == kind }.map(\.path)
    }

    /// Whether all responses were of one status that another server than the API may give.
    var hasOnlyOtherResponses: Bool {
        let counts = facts.counts
        guard counts.accepted + counts.failed + counts.unknown == 0, counts.rejected > 0,
            let error = facts.errors.main(\.rejected), error.counts.rejected == counts.rejected
        else { return false }
        return ["http_404", "http_405"].contains(error.code) || error.code.hasPrefix("http_3")
    }

    /// The number of this try, if the lines that certainly did not arrive need no change and their
    /// inputs can be read again; nil otherwise.
    var triesIfRetriable: Int? {
        needsNoFix && canBeRetried ? tries : nil
    }

    /// Whether `--retry-of` can send its lines again from its inputs.
    var canBeRetried: Bool {
        !readUndelivered
            && !inputs.contains { $0.isStream || InputPath.file($0.path).isDescriptor }
    }

    /// The number of its try: 1 for a run that is not a retry.
    var tries: Int { options[RetriedRun.tryOption].flatMap { Int($0) } ?? 1 }

    /// Whether lines did not arrive, and none of them needs a change.
    var needsNoFix: Bool {
        facts.counts.failed + facts.counts.notAttempted > 0
            && facts.counts.rejected + facts.counts.invalid == 0
    }

    enum LinesOfText { case none, some, all }

    /// Whether lines that were not accepted are text between lines of JSON.
    var linesOfText: LinesOfText {
        let code = RecordProblem.Code.notJSON.rawValue
        guard let text = facts.errors.top.first(where: { $0.code == code }) else { return .none }
        return text.counts.invalid == facts.counts.total - facts.counts.accepted ? .all : .some
    }

    /// Whether it sends lines of an earlier run again, of which others may be accepted.
    var isRetry: Bool { options[RetriedRun.runOption] != nil }

    /// Whether the inputs were files of undelivered lines.
    var readUndelivered: Bool { RetriedRun.readUndelivered(options) }

    /// How the keys of the run's lines end.
    var endOfKeys: String {
        let numbered = (options[JournalHeader.numberedInputsOption] ?? "").split(separator: ",")
            .count
        let number =
            switch numbered {
            case 0: "LINE"
            case inputs.count: "RECORD; RECORD is the record's number in its input, from 1"
            default: "LINE, or the record's number in a JSON input"
            }
        return inputs.count == 1
            ? "1-\(number)" : "FILE-\(number); FILE is the input's number, from 1"
    }

    /// Whether no line has an outcome from a server.
    var hasSentNothing: Bool {
        let counts = facts.counts
        return counts.accepted + counts.rejected + counts.failed + counts.unknown == 0
    }
}

extension RunSummary.Input {
    /// Whether the same command does not read the same bytes again by itself.
    var isStream: Bool { size == nil || path == InputPath.standardInput.shown }
}

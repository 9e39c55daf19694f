import Delivery
import Ledger
import Platform

/// The output from the rows of all reports: a merged report, a page, rows on standard output.
struct ReportMaking {
    private let options: ReportOptions

    init(_ options: ReportOptions) { self.options = options }

    func run() throws(ReportFailure) {
        try check()
        do throws(ReportFailure) {
            try make()
        } catch {
            // An incomplete file is useless.
            for path in options.outputs { try? File.remove(AtomicFile.temporaryPath(of: path)) }
            throw error
        }
    }

    private func make() throws(ReportFailure) {
        // All reports are open at once.
        _ = OpenFileLimit.connections(upTo: options.paths.count)
        let merge = try report { () throws(ReportError) in try ReportMerge(options.paths) }
        let lastWords = LastWords(merge, of: options.paths)
        if let path = merge.unsorted, options.merge != nil || options.rows != nil {
            Terminal.say(
                "warning: \(Escaping.quoted(path)) has too many files to sort; the rows are written "
                    + "report by report")
        }
        let output = options.rows.map { RowListing($0 == .csv ? .csv : .ndjson) }
        var digest = ReportDigest()
        let merged = try options.merge.map { path throws(ReportFailure) in try MergedReport(path) }
        while let row = try next(of: lastWords) {
            digest.add(row)
            try merged?.append(row)
            try output?.append(row)
        }
        try output?.flush()
        try merged?.commit()
        if let path = options.page {
            var page = ReportPage(
                digest: digest, reports: options.paths, filter: options.filter.words,
                isUnfinished: merge.holdsJournal)
            if options.paths.count == 1, options.filter.isEmpty {
                let path = options.paths[0]
                let journal = merge.holdsJournal ? try ReportContents.inspect(path) : nil
                let notes = ReportContents.notes(
                    beside: path, of: journal?.header, counts: digest.counts)
                page.ending = RunEnding(notes, journal, path)
                page.details = RunDetails(notes, journal)
            }
            try write(page, to: path)
        }
        if !options.filter.isEmpty, digest.counts.total == 0 {
            let words = options.filter.words.joined(separator: ", ")
            let isUnfinished = options.paths.contains { $0.hasSuffix(".journal") }
            var text = "no rows with \(Escaping.escaped(words))"
            if isUnfinished {
                text += "; lines without an outcome, also uncertain ones, have no row yet"
            } else if options.paths.count == 1,
                let counts = RunNotes(beside: options.paths[0])?.counts
            {
                let others = Outcome.allCases.filter { $0 != .accepted && counts[$0] > 0 }
                    .map { "\(WholeNumber.shown(counts[$0])) \($0.words)" }
                if !others.isEmpty { text += "; the report has \(others.joined(separator: ", "))" }
            }
            Terminal.say(text)
        }
        if lastWords.repeats > 0 {
            Terminal.say(
                "\(WholeNumber.shown(lastWords.repeats, "row")) "
                    + (lastWords.repeats == 1 ? "has" : "have")
                    + " the same file and line as another row; all are kept")
        }
        try printSummary(digest)
    }

    /// Prints the written files and, unless rows were printed, the summary of several reports.
    private func printSummary(_ digest: ReportDigest) throws(ReportFailure) {
        for path in options.outputs { Terminal.say("wrote \(Escaping.quoted(path))") }
        guard options.rows == nil, options.paths.count > 1 else { return }
        if let number = Terminal.output(ReportText.together(digest)) { throw .output(number) }
    }

    private func write(_ page: ReportPage, to path: String) throws(ReportFailure) {
        try system { () throws(SystemError) in
            try AtomicFile.write(page.bytes, to: path)
        }
    }

    /// Returns the next row that matches the filter.
    private func next(of rows: LastWords) throws(ReportFailure) -> ReportRow? {
        do throws(ReportError) {
            while let row = try rows.next() {
                if options.filter.isEmpty || options.filter.matches(row) { return row }
            }
            return nil
        } catch {
            throw .report(error)
        }
    }

    /// Rejects journals that are damaged or can't be merged, and outputs that would overwrite a
    /// report that is read or, without `--force`, any file.
    private func check() throws(ReportFailure) {
        for path in options.paths {
            let reader = try report { () throws(ReportError) in
                try ReportReader(path, bufferSize: 4096)
            }
            guard reader.kind == .journal else { continue }
            if options.merge != nil { throw .unfinished(path: path) }
            // Throws with the position of the damage.
            _ = try ReportContents.inspect(path)
        }
        var identities: Set<FileStatus.Identity> = []
        for path in options.paths {
            if let status = try status(path, followingLinks: true) {
                identities.insert(status.identity)
            }
        }
        for path in options.outputs {
            for written in [path, AtomicFile.temporaryPath(of: path)] {
                if let status = try status(written, followingLinks: true),
                    identities.contains(status.identity)
                {
                    throw .sameFile(path: written)
                }
            }
            if !options.replacesFiles, try status(path) != nil { throw .exists(path: path) }
        }
    }

    private func status(
        _ path: String, followingLinks: Bool = false
    ) throws(ReportFailure) -> FileStatus? {
        try system { () throws(SystemError) in
            try FileStatus.of(path, followingLinks: followingLinks)
        }
    }

    private func system<R: ~Copyable>(
        _ body: () throws(SystemError) -> R
    ) throws(ReportFailure) -> R {
        do { return try body() } catch { throw .system(error) }
    }

    private func report<R>(_ body: () throws(ReportError) -> R) throws(ReportFailure) -> R {
        do { return try body() } catch { throw .report(error) }
    }
}

import Ledger
import Platform

/// Lines that other runs have sent already.
extension OriginMatching {
    /// Returns 1 for each line that is one of them, else 0, and their number; nil if none is.
    func sentLines(
        _ sent: SentLines
    ) throws(SendError) -> (flags: MatchNumbers, count: UInt64)? {
        let sorter = RowSorter(beside: place, limit: KeyGroups.maxSorted)
        progress?.beginPass(steps: 2 * origins.count)
        for index in 0..<origins.count {
            try progress?.step()
            let origin: RecordOrigin
            do { origin = try origins.origin(at: index) } catch { throw .origins(error) }
            try SendError.system { () throws(SystemError) in
                try sorter.add(
                    .place(
                        name: origin.name, line: origin.line, offset: origin.offset, number: index))
            }
        }
        var sorted = try SendError.system { () throws(SystemError) in try sorter.sorted() }
        var flags: MatchNumbers?
        var count: UInt64 = 0
        while let row = try SendError.system({ () throws(SystemError) in try sorted.next() }) {
            try progress?.step()
            guard try sent.contains(row) else { continue }
            if flags == nil { flags = try zeros(origins.count) }
            try flags?.set(1, at: UInt64(row.length))
            count += 1
        }
        return flags.map { ($0, count) }
    }

    /// Whether one of some lines is matched with no record.
    func hasUnmatched(among flags: MatchNumbers) throws(SendError) -> Bool {
        for line in 0..<origins.count {
            try progress?.step()
            guard try flags.number(at: line) == 1 else { continue }
            if try records.number(at: line) == 0 { return true }
        }
        return false
    }

    /// Returns the matching of the same records with the other lines.
    func without(_ flags: MatchNumbers) throws(SendError) -> OriginMatching {
        let rest: OriginsFile
        do throws(OriginsError) {
            rest = try OriginsFile(origins, beside: place, without: flags.file)
        } catch {
            throw .origins(error)
        }
        var other = try OriginMatching(rest, beside: place, progress)
        for record in 0..<hashes.count {
            try progress?.step()
            try other.add(
                hash: try hashes.number(at: record),
                application: try applications.number(at: record))
        }
        return other
    }
}

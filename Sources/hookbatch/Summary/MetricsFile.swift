import Destinations
import Ledger
import Platform

/// The file that the textfile collector of Prometheus' node exporter reads.
enum MetricsFile {
    /// An earlier file is not read beyond this: it would not be ours.
    private static let mostBytes = 1 << 20

    /// Writes what became of a process that began at `startedAt` (nanoseconds since 1970), whole or
    /// not at all, for others to read.
    static func write(
        _ result: RunResult, to place: MetricsPath, startedAt: Int64
    ) throws(SystemError) {
        let text = MetricsText(
            batch: place.batch, result: result, startedAt: startedAt,
            endedAt: WallClock.nanoseconds,
            earlierSuccess: earlier(place.path).flatMap(MetricsText.lastSuccess(in:)))
        try AtomicFile.write(Array(text.text.utf8), to: place.path, isForOthers: true)
    }

    /// What stands there; nil if it can't be read: then there is nothing to keep.
    private static func earlier(_ path: String) -> String? {
        guard let file = try? File.open(path, for: .read) else { return nil }
        var bytes = [UInt8](repeating: 0, count: mostBytes)
        let count = bytes.withUnsafeMutableBytes { try? file.read(into: $0, at: 0) }
        return count.map { String(decoding: bytes[..<$0], as: UTF8.self) }
    }
}

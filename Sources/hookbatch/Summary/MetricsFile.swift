import Destinations
import Ledger
import Platform
import Time

/// The metrics file for the textfile collector of Prometheus' node exporter.
enum MetricsFile {
    /// Maximum bytes to read of an earlier file.
    private static let maxBytes = 1 << 20

    /// Writes the result of a process atomically, readable by other users.
    ///
    /// - Parameter startedAt: The start of the process.
    static func write(
        _ result: RunResult, to place: MetricsPath, startedAt: Instant
    ) throws(SystemError) {
        let text = MetricsText(
            batch: place.batch, shard: place.shard, result: result,
            duration: MonotonicClock.now.nanoseconds(since: startedAt),
            endedAt: WallClock.nanoseconds,
            earlierSuccess: earlier(place.path).flatMap(MetricsText.lastSuccess(in:)))
        try AtomicFile.write(Array(text.text.utf8), to: place.path, isForOthers: true)
    }

    /// Reads the earlier file; nil if it can't be read.
    static func earlier(_ path: String) -> String? {
        guard let file = try? File.open(path, for: .read) else { return nil }
        var bytes = [UInt8](repeating: 0, count: maxBytes)
        let count = bytes.withUnsafeMutableBytes { try? file.read(into: $0, at: 0) }
        return count.map { String(decoding: bytes[..<$0], as: UTF8.self) }
    }
}

import Glibc

/// The time at which a process started, which tells it from a later one with the same id.
package enum ProcessStart {
    /// Returns the clock ticks from the boot to the start of a process; nil if it has ended, or if
    /// the system has no such number.
    package static func ticks(of pid: Int) -> UInt64? { ticks(inFile: "/proc/\(pid)/stat") }

    /// The clock ticks of this process.
    package static var current: UInt64? { ticks(inFile: "/proc/self/stat") }

    /// Whether a process of this program's name has the id, and had it at a time.
    ///
    /// - Parameter time: A time at which the process was running, in milliseconds since 1970.
    package static func isRunning(_ pid: Int, since time: Int64) -> Bool {
        guard pid > 0, let found = facts(inFile: "/proc/\(pid)/stat"),
            let own = facts(inFile: "/proc/self/stat"),
            // The send of an outbox is started by /proc/self/exe.
            found.name == own.name || found.name == Array("(exe".utf8)
        else { return false }
        var sinceBoot = timespec()
        let ticksPerSecond = Int64(sysconf(Int32(_SC_CLK_TCK)))
        guard clock_gettime(CLOCK_BOOTTIME, &sinceBoot) == 0, ticksPerSecond > 0 else {
            return false
        }
        let boot =
            WallClock.nanoseconds / 1_000_000
            - (Int64(sinceBoot.tv_sec) * 1000 + Int64(sinceBoot.tv_nsec) / 1_000_000)
        // A later process with the same id starts after this time; clocks are corrected by less.
        return boot + Int64(clamping: found.ticks) * 1000 / ticksPerSecond < time + 1000
    }

    /// The numbers of fields after the name, which is in parentheses and may have any byte.
    private static let state = 0
    private static let start = 19

    private static func ticks(inFile path: String) -> UInt64? { facts(inFile: path)?.ticks }

    private static func facts(inFile path: String) -> (name: [UInt8], ticks: UInt64)? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var text = [UInt8](repeating: 0, count: 1024)
        let count = retryingInterrupts { read(descriptor, &text, text.count) }
        guard count > 0, let start = text[..<count].firstIndex(of: UInt8(ascii: "(")),
            let end = text[..<count].lastIndex(of: UInt8(ascii: ")")), start < end
        else { return nil }
        let fields = text[(end + 1)..<count].split(separator: UInt8(ascii: " "))
        guard fields.count > Self.start, let letter = fields[state].first,
            // It has ended, and its parent has not asked for its status.
            letter != UInt8(ascii: "Z"), letter != UInt8(ascii: "X")
        else { return nil }
        return UInt64(String(decoding: fields[Self.start], as: UTF8.self)).map {
            (Array(text[start..<end]), $0)
        }
    }
}

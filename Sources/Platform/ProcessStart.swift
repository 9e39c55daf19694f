import Glibc

/// The time at which a process started, which tells it from a later one with the same id.
package enum ProcessStart {
    /// Returns the clock ticks from the boot to the start of a process; nil if it has ended, or if
    /// the system has no such number.
    package static func ticks(of pid: Int) -> UInt64? { ticks(inFile: "/proc/\(pid)/stat") }

    /// The clock ticks of this process.
    package static var current: UInt64? { ticks(inFile: "/proc/self/stat") }

    /// The numbers of fields after the name, which is in parentheses and may have any byte.
    private static let state = 0
    private static let start = 19

    private static func ticks(inFile path: String) -> UInt64? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var text = [UInt8](repeating: 0, count: 1024)
        let count = retryingInterrupts { read(descriptor, &text, text.count) }
        guard count > 0, let end = text[..<count].lastIndex(of: UInt8(ascii: ")")) else {
            return nil
        }
        let fields = text[(end + 1)..<count].split(separator: UInt8(ascii: " "))
        guard fields.count > start, let letter = fields[state].first,
            // It has ended, and its parent has not asked for its status.
            letter != UInt8(ascii: "Z"), letter != UInt8(ascii: "X")
        else { return nil }
        return UInt64(String(decoding: fields[start], as: UTF8.self))
    }
}

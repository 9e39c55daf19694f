import Glibc

/// The name of the machine's present boot. A power cut or a reset lies between two that differ.
package enum BootID {
    /// The kernel's id, or what the variable `HOOKBATCH_TEST_BOOT_ID` says, by which a test claims
    /// to run after a reset. Where the kernel gives none, a new one each time: a start is then
    /// taken to follow a reset, which costs certainty but never hides a duplicate.
    package static func current() -> String {
        if let override = getenv("HOOKBATCH_TEST_BOOT_ID") { return String(cString: override) }
        let descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "unknown-\(RunID.random())" }
        defer { close(descriptor) }
        var text = [UInt8](repeating: 0, count: 64)
        let count = read(descriptor, &text, text.count)
        let id = text.prefix(max(count, 0)).prefix { $0 > 0x20 && $0 < 0x7f }
        guard !id.isEmpty else { return "unknown-\(RunID.random())" }
        return String(decoding: id, as: UTF8.self)
    }
}

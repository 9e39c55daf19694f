import Glibc

/// The id of the machine's current boot.
///
/// It differs after a power cut or a reset.
package enum BootID {
    /// Returns the kernel's id, or the value of `HOOKBATCH_TEST_BOOT_ID`.
    ///
    /// A test sets the variable to simulate a reset. If the kernel has no id, each call returns a
    /// new one: every start then counts as one after a reset, so that no duplicate is hidden.
    package static func current() -> String {
        if let override = getenv("HOOKBATCH_TEST_BOOT_ID") { return String(cString: override) }
        return kernelID() ?? "unknown-\(RunID.random())"
    }

    private static func kernelID() -> String? {
        let descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var text = [UInt8](repeating: 0, count: 64)
        let count = read(descriptor, &text, text.count)
        let id = text.prefix(max(count, 0)).prefix { $0 > 0x20 && $0 < 0x7f }
        return id.isEmpty ? nil : String(decoding: id, as: UTF8.self)
    }
}

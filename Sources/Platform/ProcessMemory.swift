import CPosix

/// The memory of this process, as other processes see it.
package enum ProcessMemory {
    /// Hides it and the environment from other processes of the same user, and prevents core dumps.
    ///
    /// It lasts until the end of the process. An error is ignored: without it the process works too.
    package static func hide() { _ = hb_hide_memory() }
}

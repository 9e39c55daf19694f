import Glibc

/// The name of this machine.
package enum HostName {
    /// The name as `uname -n` prints it; nil if it is empty or not UTF-8.
    package static var current: String? {
        // POSIX: at most HOST_NAME_MAX (64) bytes; a longer name may lack the final zero.
        var bytes = [CChar](repeating: 0, count: 257)
        guard gethostname(&bytes, bytes.count - 1) == 0, bytes[0] != 0 else { return nil }
        return bytes.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.flatMap { String(validatingCString: $0) }
        }
    }
}

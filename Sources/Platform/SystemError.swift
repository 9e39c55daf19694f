import Glibc

/// A call to the system that failed: which, on what, and why.
package struct SystemError: Error, Hashable, Sendable {
    /// The call, by its own name (`fdatasync`).
    package var call: String
    /// The file it was made on; empty if there is none.
    package var path: String
    /// Why it failed: a value of `errno`.
    package var code: Int32

    package init(call: String, path: String, code: Int32) {
        self.call = call
        self.path = path
        self.code = code
    }

    /// The failure of `call`, which has just set `errno`.
    package init(_ call: String, _ path: String = "") {
        self.init(call: call, path: path, code: errno)
    }

    /// Whether the disk, a quota or the file size limit is used up.
    package var isOutOfSpace: Bool { code == ENOSPC || code == EDQUOT || code == EFBIG }

    /// One sentence without a full stop: `events.report.ndjson: write: No space left on device`.
    package var message: String {
        switch (call, code) {
        case ("open", ELOOP): "\(path): it is a symbolic link, which is not followed"
        case ("open", EINVAL): "\(path): it is not a regular file"
        default: "\(path.isEmpty ? "" : path + ": ")\(call): \(String(cString: strerror(code)))"
        }
    }
}

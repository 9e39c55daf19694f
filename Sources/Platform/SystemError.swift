import Glibc

/// A failed system call: its name, its file and the error number.
package struct SystemError: Error, Hashable, Sendable {
    /// The name of the call (`fdatasync`).
    package var call: String
    /// The file's path; empty if there is none.
    package var path: String
    /// The value of `errno`.
    package var code: Int32
    /// The reason why an existing file was not used, if that is the error.
    package private(set) var hazard: FileHazard?

    package init(call: String, path: String, code: Int32) {
        self.call = call
        self.path = path
        self.code = code
    }

    /// Creates the error of `call`, which has just set `errno`.
    package init(_ call: String, _ path: String = "") {
        self.init(call: call, path: path, code: errno)
    }

    /// Creates the error for a file at `path` that was opened and not used.
    package init(_ hazard: FileHazard, _ path: String) {
        self.init(call: "open", path: path, code: EPERM)
        self.hazard = hazard
    }

    /// Whether a disk, a quota or the file size limit is exhausted.
    package var isOutOfSpace: Bool { code == ENOSPC || code == EDQUOT || code == EFBIG }

    /// One sentence without a full stop: `events.report.ndjson: write: No space left on device`.
    package var message: String {
        if let hazard { return "\(path): \(hazard.text)" }
        return switch (call, code) {
        case ("open", ELOOP): "\(path): is a symbolic link, which is not followed"
        case ("open", EINVAL): "\(path): is not a regular file"
        default: "\(path.isEmpty ? "" : path + ": ")\(call): \(String(cString: strerror(code)))"
        }
    }
}

import CPosix
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

    /// EMFILE or ENFILE if the process can't open another file; nil if it can.
    ///
    /// Some libraries do not report it.
    package static var descriptorShortage: Int32? {
        let descriptor = hb_eventfd()
        if descriptor >= 0 {
            close(descriptor)
            return nil
        }
        let number = errno
        return number == EMFILE || number == ENFILE ? number : nil
    }

    /// Whether a disk, a quota or the file size limit is exhausted.
    package var isOutOfSpace: Bool { code == ENOSPC || code == EDQUOT || code == EFBIG }

    /// Returns the system's message for an error number; for a limit, with how to raise it.
    package static func text(of code: Int32) -> String {
        switch code {
        case EMFILE: "too many open files (raise the limit with ulimit -n)"
        case ENFILE: "too many open files in the system (its limit is fs.file-max, not ulimit -n)"
        default: strerror(code).map { String(cString: $0) } ?? "error \(code)"
        }
    }

    /// One sentence without a full stop: `events.report.ndjson: write: No space left on device`.
    package var message: String {
        if let hazard { return "\(path): \(hazard.text)" }
        return switch (call, code) {
        case ("open", ELOOP): "\(path): is a symbolic link, which is not followed"
        case ("open", EINVAL): "\(path): is not a regular file"
        default: "\(path.isEmpty ? "" : path + ": ")\(call): \(Self.text(of: code))"
        }
    }
}

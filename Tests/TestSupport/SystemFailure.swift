import Glibc

/// A system call that a test's own machinery needed and that failed.
package struct SystemFailure: Error, CustomStringConvertible {
    package var call: String
    package var code: Int32

    /// - Parameter code: the call's error; by default what it left in `errno`.
    package init(_ call: String, code: Int32 = errno) {
        self.call = call
        self.code = code
    }

    package var description: String {
        "\(call): \(String(cString: strerror(code)))"
    }
}

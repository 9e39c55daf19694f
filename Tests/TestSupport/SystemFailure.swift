import Glibc

/// A failed system call of the tests themselves.
package struct SystemFailure: Error, CustomStringConvertible {
    package var call: String
    package var code: Int32

    /// - Parameter code: the call's error; by default `errno`.
    package init(_ call: String, code: Int32 = errno) {
        self.call = call
        self.code = code
    }

    package var description: String {
        "\(call): \(String(cString: strerror(code)))"
    }
}

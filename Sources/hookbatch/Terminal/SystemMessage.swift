import Glibc

/// The system's message for an error number.
enum SystemMessage {
    /// Returns a message such as "Permission denied".
    static func text(_ number: Int32) -> String {
        guard let text = strerror(number) else { return "error \(number)" }
        return String(cString: text)
    }
}

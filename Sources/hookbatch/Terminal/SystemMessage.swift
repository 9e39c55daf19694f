import Glibc

/// The system's words for an error number.
enum SystemMessage {
    /// Such as "Permission denied".
    static func text(_ number: Int32) -> String {
        guard let text = strerror(number) else { return "error \(number)" }
        return String(cString: text)
    }
}

import Platform

/// The system's message for an error number.
enum SystemMessage {
    /// Returns a message such as "Permission denied".
    static func text(_ number: Int32) -> String {
        SystemError.text(of: number)
    }
}

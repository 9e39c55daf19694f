import Glibc

/// What the process's environment says about a run.
struct Environment: Sendable {
    /// The bytes of `HOOKSTREAM_API_KEY`; nil if it is not set or empty, which is how a shell
    /// takes a variable away for one command.
    var apiKey: [UInt8]?

    init(apiKey: [UInt8]? = nil) { self.apiKey = apiKey?.isEmpty == false ? apiKey : nil }

    /// The environment of this process.
    static func current() -> Environment {
        guard let text = getenv("HOOKSTREAM_API_KEY") else { return Environment() }
        return Environment(apiKey: Array(UnsafeRawBufferPointer(start: text, count: strlen(text))))
    }
}

import CPosix
import Glibc

/// The environment variables of a run.
struct Environment: Sendable {
    /// The prefix of variables that set flags.
    static let prefix = "HOOKBATCH_"

    /// The bytes of `HOOKSTREAM_API_KEY`; nil if it is unset or empty. A shell unsets a variable
    /// for one command by an empty value.
    var apiKey: [UInt8]?
    /// The non-empty variables with the prefix, by their whole names.
    var variables: [String: [UInt8]]
    /// The non-empty variables in which batch systems number processes.
    var batchVariables: [String: String]

    init(
        apiKey: [UInt8]? = nil, variables: [String: [UInt8]] = [:],
        batchVariables: [String: String] = [:]
    ) {
        self.batchVariables = batchVariables.filter { !$0.value.isEmpty }
        self.apiKey = apiKey?.isEmpty == false ? apiKey : nil
        self.variables = variables.filter { !$0.value.isEmpty }
    }

    /// The environment of this process.
    static func current() -> Environment {
        var apiKey: [UInt8]?
        var variables: [String: [UInt8]] = [:]
        var batchVariables: [String: String] = [:]
        forEachEntry { bytes in
            guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")) else { return }
            let value = Array(bytes[(equals + 1)...])
            if bytes[..<equals].elementsEqual("HOOKSTREAM_API_KEY".utf8) {
                apiKey = value
            } else if bytes.starts(with: prefix.utf8) {
                variables[String(decoding: bytes[..<equals], as: UTF8.self)] = value
            } else if equals < 40 {
                let name = String(decoding: bytes[..<equals], as: UTF8.self)
                guard BatchSystem.variables.contains(name) else { return }
                batchVariables[name] = String(decoding: value.prefix(100), as: UTF8.self)
            }
        }
        return Environment(
            apiKey: apiKey, variables: variables, batchVariables: batchVariables)
    }

    /// Calls `body` with each entry of this process's environment, `NAME=value`.
    static func forEachEntry(_ body: (UnsafeRawBufferPointer) -> Void) {
        var next = hb_environment()
        while let entry = next?.pointee {
            next = next?.advanced(by: 1)
            body(UnsafeRawBufferPointer(start: entry, count: strlen(entry)))
        }
    }
}

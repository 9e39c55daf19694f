/// A header field that is added to every request.
package struct HeaderField: Hashable, Sendable {
    /// As given; fields of the same name differ in no case but upper and lower.
    package let name: String
    /// Without surrounding spaces; no control bytes.
    package let value: [UInt8]

    /// Why a line is not a field that can be added.
    package enum Problem: Error, Hashable, Sendable {
        /// It is not `NAME: VALUE`, or the name is not a token (RFC 9110 §5.6.2).
        case notAField
        /// The value has a control byte, tabs included.
        case control
        /// The program sets this field itself, or it concerns the connection.
        case reserved(name: String)
    }

    /// Parses `NAME: VALUE`.
    ///
    /// - Parameter authentication: The field of the key, which can't be added a second time.
    package init(parsing line: some Sequence<UInt8>, besides authentication: String) throws(Problem)
    {
        let line = Array(line)
        var parsed: (name: String, value: [UInt8])?
        line.withUnsafeBytes { bytes in
            guard case .success(let field) = FieldLine.parse(bytes) else { return }
            parsed = (String(decoding: field.name, as: UTF8.self), Array(field.value))
        }
        guard let (name, value) = parsed else { throw .notAField }
        guard value.withUnsafeBytes({ $0.firstControl(from: 0, to: $0.count) == $0.count }),
            !value.contains(ASCII.tab)
        else { throw .control }
        let lowered = name.lowercased()
        if Self.reserved.contains(lowered) || lowered == authentication.lowercased() {
            throw .reserved(name: name)
        }
        self.name = name
        self.value = value
    }

    /// The fields that the program sets, and those about a connection (RFC 9110 §7.6.1).
    private static let reserved: Set<String> = [
        "accept", "accept-encoding", "connection", "content-encoding", "content-length",
        "content-type", "expect", "host", "http2-settings", "idempotency-key", "keep-alive",
        "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    ]

    /// The value, and the words in it that may be secrets by themselves, such as a token after its
    /// scheme or a cookie's value.
    package var secretParts: [[UInt8]] {
        let words = value.split { " ;,=:".utf8.contains($0) }.filter { $0.count >= 8 }
        return [value] + words.map(Array.init).filter { $0 != value }
    }

    /// Whether the field has this name, in lower case.
    package func isNamed(_ name: String) -> Bool { self.name.lowercased() == name }
}

/// Hides the value, which may be a secret.
extension HeaderField: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "\(name): [redacted]" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

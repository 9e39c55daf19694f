/// The resource of a path.
enum Route: Hashable {
    /// `/v1/applications/{appId}/messages`, with the ID's range in the path.
    case messages(application: Range<Int>)
    /// `/healthz`.
    case health
    /// `*`, the server itself.
    case server
    case nothing

    /// Parses a path without its query. Percent-encoding is not decoded: no valid ID needs it, and
    /// an encoded one is an unknown application.
    init(path: UnsafeRawBufferPointer) {
        let prefix: StaticString = "/v1/applications/"
        let suffix: StaticString = "/messages"
        if path.elementsEqual("/healthz".utf8) {
            self = .health
        } else if path.elementsEqual("*".utf8) {
            self = .server
        } else if path.count > prefix.utf8CodeUnitCount + suffix.utf8CodeUnitCount,
            path.starts(with: UnsafeBufferPointer(of: prefix)),
            path.suffix(suffix.utf8CodeUnitCount).elementsEqual(UnsafeBufferPointer(of: suffix))
        {
            let id = prefix.utf8CodeUnitCount..<path.count - suffix.utf8CodeUnitCount
            self = path[id].contains(UInt8(ascii: "/")) ? .nothing : .messages(application: id)
        } else {
            self = .nothing
        }
    }

    /// The allowed methods; nil for an unknown path.
    var allow: String? {
        switch self {
        case .messages: "POST, OPTIONS"
        case .health: "GET, HEAD, OPTIONS"
        case .server: "GET, HEAD, POST, OPTIONS"
        case .nothing: nil
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    init(of text: StaticString) {
        self.init(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }
}

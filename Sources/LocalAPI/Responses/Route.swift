/// What a path leads to.
enum Route: Hashable {
    /// `/v1/applications/{appId}/messages`: where the id stands in the path.
    case messages(application: Range<Int>)
    /// `/healthz`.
    case health
    /// `*`, the server itself.
    case server
    case nothing

    /// Reads a path without its query. Percent-encoding is not undone: no id that is valid needs
    /// it, so that an encoded one is an application that does not exist.
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

    /// The methods that it takes; nil if there is nothing.
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

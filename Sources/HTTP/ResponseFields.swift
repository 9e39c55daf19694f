/// The fields of one response head, collected field by field.
struct ResponseFields {
    private(set) var framing = MessageFraming()
    private var keepAliveTimeoutSeconds: Int?
    private var retryAfter = RetryAfter()
    /// Whether `Date` is parsed: successful responses, the usual ones, have no `Retry-After`.
    private let readsDate: Bool

    init(status: Int = 0) { readsDate = status >= 300 }

    /// Adds one field; unknown fields are ignored. Returns an error in the framing of the body.
    mutating func note(_ field: FieldLine) -> FramingError? {
        guard let known = field.known else { return nil }
        switch known {
        case .keepAlive:
            for member in ListMembers(field.value) where member.starts(withIgnoringCase: "timeout=")
            {
                let seconds = member.part("timeout=".utf8.count, member.count).decimal
                keepAliveTimeoutSeconds = seconds.map(Int.init(clamping:))
            }
        case .retryAfter: retryAfter.note(field.value)
        case .date: if readsDate { retryAfter.noteDate(field.value) }
        default: return framing.note(known, field.value)
        }
        return nil
    }

    /// The head after its last field. `hasOpenEnd`: the body lasts until the connection closes.
    func head(status: Int, isHTTP10: Bool, hasOpenEnd: Bool) -> ResponseHead {
        ResponseHead(
            status: status,
            keepsAlive: !hasOpenEnd && framing.keepsAlive(isHTTP10: isHTTP10),
            keepAliveTimeoutSeconds: keepAliveTimeoutSeconds,
            retryAfterSeconds: retryAfter.seconds)
    }
}

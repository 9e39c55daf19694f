/// What the fields of one head of an answer say, collected field by field.
struct ResponseFields {
    private(set) var framing = MessageFraming()
    private var keepAliveTimeoutSeconds: Int?
    private var retryAfter = RetryAfter()
    /// Whether the answer's `Date` is read: what was accepted asks for no wait, and most is.
    private let readsDate: Bool

    init(status: Int = 0) { readsDate = status >= 300 }

    /// Takes one field; unknown ones are let pass.
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

    /// The head, now that its last field is known. `hasOpenEnd`: only the end of the connection
    /// ends the body.
    func head(status: Int, isHTTP10: Bool, hasOpenEnd: Bool) -> ResponseHead {
        ResponseHead(
            status: status,
            keepsAlive: !hasOpenEnd && framing.keepsAlive(isHTTP10: isHTTP10),
            keepAliveTimeoutSeconds: keepAliveTimeoutSeconds,
            retryAfterSeconds: retryAfter.seconds)
    }
}

import LocalAPI

/// What `serve` takes beside the flags that it shares with `send`.
extension Flags {
    static let serving: [FlagDeclaration] = [
        store.declaration, listen.declaration, maxConnections.declaration,
        idleTimeout.declaration,

        latency.declaration, requestLimit.declaration, fail.declaration, drop.declaration,
        seed.declaration,
    ]

    static let store = Flag(
        "store", .path(example: "hookbatch.db"), default: "hookbatch.db", for: [.serve, .store],
        .store, "The store's file.")

    static let listen = Flag(
        "listen", .listenAddress, default: "127.0.0.1:4010", for: [.serve], .server,
        "The address and port to listen on; port 0 picks a free one. Beyond this machine only "
            + "with a key of your own.")
    static let maxConnections = Flag(
        "max-connections", .count(1...100_000, example: 1024), default: "1024", for: [.serve],
        .server, "How many clients may be connected at once.")
    static let idleTimeout = Flag(
        "idle-timeout", .duration(from: .milliseconds(1), to: .seconds(86_400), example: "60s"),
        default: "60s", for: [.serve], .server,
        "Close a connection without a request for this long.")

    static let latency = Flag(
        "latency", .latency, defaultNote: "none", for: [.serve], .faults,
        "How long each answer waits, evenly spread around the middle.")
    static let requestLimit = Flag(
        "limit", .rate, defaultNote: "no limit", for: [.serve], .faults,
        "Refuse what comes faster with 429 and Retry-After.")
    static let fail = Flag(
        "fail", .share, default: "0%", for: [.serve], .faults,
        "Answer this share of the requests with 500, and do not store them.")
    static let drop = Flag(
        "drop", .share, default: "0%", for: [.serve], .faults,
        "Reset the connection of this share of the requests: half of them before the message is "
            + "stored, half of them after.")
    static let seed = Flag(
        "seed", .seed, defaultNote: "a new one each time", for: [.serve], .faults,
        "Which faults come: the same seed and requests give the same.")
}

extension ValueSyntax<ListenAddress> {
    static let listenAddress = ValueSyntax(
        "ADDRESS:PORT", noun: "an IP address with a port", example: "127.0.0.1:4010",
        parse: ListenAddress.init(text:))
}

extension ValueSyntax<Latency> {
    static let latency = ValueSyntax(
        "DURATION", noun: "a duration, or two with ± between them, of at most a minute",
        example: "50ms±20ms", parse: Latency.init(text:))
}

extension ValueSyntax<Double> {
    /// A share, from `0%` to `100%`, as 0 to 1.
    static let share = ValueSyntax(
        "PERCENT", noun: "a percentage from 0% to 100%", example: "2%"
    ) { text in
        guard text.hasSuffix("%") else { return nil }
        var rest = text.dropLast().utf8
        guard let number = DecimalNumber.take(from: &rest), rest.isEmpty,
            number.doubleValue <= 100
        else { return nil }
        return number.doubleValue / 100
    }
}

extension ValueSyntax<UInt64> {
    static let seed = ValueSyntax("N", noun: "a whole number", example: "42") { text in
        text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? UInt64(text) : nil
    }
}

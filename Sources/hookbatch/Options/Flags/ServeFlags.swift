import LocalAPI

/// Flags of `serve` that `send` does not have, with the faults that `listen` shares.
struct ServeFlags: Sendable {
    let store = Flag(
        "store", .path(example: "hookbatch.db"), default: "hookbatch.db",
        for: [.serve, .store, .deliver], .store, "The store's file.")

    let listen = Flag(
        "listen", .listenAddress, default: "127.0.0.1:4010", for: [.serve], .server,
        "The address and port to listen on; port 0 selects a free port. An address that other "
            + "machines can reach needs an API key.")
    let maxConnections = Flag(
        "max-connections", .count(1...100_000, example: 1024), default: "1024",
        for: [.serve, .listen],
        .server, "Maximum concurrent connections.")
    let idleTimeout = Flag(
        "idle-timeout", .duration(from: .milliseconds(1), to: .seconds(86_400), example: "60s"),
        default: "60s", for: [.serve, .listen], .server,
        "Close a connection after this time without a request.")

    let latency = Flag(
        "latency", .latency, defaultNote: "none", for: [.serve, .listen], .faults,
        "Delay of each response, spread evenly around the middle.")
    let requestLimit = Flag(
        "limit", .rate, defaultNote: "no limit", for: [.serve, .listen], .faults,
        "Respond to faster requests with 429 and Retry-After.")
    let fail = Flag(
        "fail", .share, default: "0%", for: [.serve, .listen], .faults,
        "Respond to this share of the requests with 500; serve does not store them.")
    let drop = Flag(
        "drop", .share, default: "0%", for: [.serve, .listen], .faults,
        "Reset the connection of this share of the requests; serve does it half before the message "
            + "is stored, half after.")
    let seed = Flag(
        "seed", .seed, defaultNote: "random", for: [.serve, .listen], .faults,
        "The seed of the faults: the same seed and requests give the same faults.")
}

extension ValueSyntax<ListenAddress> {
    static let listenAddress = ValueSyntax(
        "ADDRESS:PORT", noun: "an IP address with a port", example: "127.0.0.1:4010",
        parse: ListenAddress.init(text:))
}

extension ValueSyntax<Latency> {
    static let latency = ValueSyntax(
        "DURATION", noun: "a duration of at most 1m, or two separated by ±",
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

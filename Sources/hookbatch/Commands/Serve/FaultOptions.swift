import LocalAPI

/// The injected faults of `serve` and `listen`.
struct FaultOptions: Sendable {
    var settings: FaultSettings
    /// The faults as text, one each.
    var words: [String] = []

    init(_ arguments: Arguments) throws(UsageError) {
        let latency = try arguments.value(Flags.serve.latency)
        let limit = try arguments.value(Flags.serve.requestLimit)
        let fail = try arguments.defaulted(Flags.serve.fail)
        let drop = try arguments.defaulted(Flags.serve.drop)
        let seed = try arguments.value(Flags.serve.seed) ?? UInt64.random(in: 0...999_999_999)
        settings = FaultSettings(
            latency: latency?.range ?? 0...0,
            limit: limit,
            failShare: fail, dropShare: drop, seed: seed)
        if let latency { words.append("latency \(latency.shown)") }
        if limit != nil { words.append("limit \(arguments.values["limit"] ?? "")") }
        if fail > 0 { words.append("fail \(arguments.values["fail"] ?? "")") }
        if drop > 0 { words.append("drop \(arguments.values["drop"] ?? "")") }
        if !words.isEmpty { words.append("seed \(seed)") }
    }

    /// A message for the start; nil without faults.
    var announcement: String? {
        words.isEmpty ? nil : "injected faults: " + words.joined(separator: ", ")
    }
}

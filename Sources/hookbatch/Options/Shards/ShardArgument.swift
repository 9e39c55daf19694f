import Records

/// The value of `--shard` as given.
enum ShardArgument: Hashable, Sendable {
    case fixed(Shard)
    /// The number is from a variable of the batch system; so is the count if it is nil.
    case automatic(count: Int?)

    /// Reads `3/8`, `auto/8` or `auto`.
    init?(text: String) {
        if text == "auto" {
            self = .automatic(count: nil)
            return
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let count = WholeNumber.parse(parts[1], in: 1...Shard.maxCount)
        else { return nil }
        if parts[0] == "auto" {
            self = .automatic(count: count)
        } else {
            guard let number = WholeNumber.parse(parts[0], in: 1...count),
                let shard = Shard(number, of: count)
            else { return nil }
            self = .fixed(shard)
        }
    }
}

extension ValueSyntax<ShardArgument> {
    static let shard = ValueSyntax(
        "K/N|auto/N|auto",
        noun: "a shard K/N with K from 1 to N and N up to \(Shard.maxCount), auto/N or auto",
        example: "3/8", completion: .words(["auto"]), parse: ShardArgument.init(text:))
}

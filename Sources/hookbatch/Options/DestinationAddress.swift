/// The destination in `--to`.
enum DestinationAddress: Hashable, Sendable {
    /// A SQLite database at a path.
    case store(path: String)
    /// The API's base URL as given, not yet validated.
    case api(url: String)

    init?(text: String) {
        if text.hasPrefix("store:") {
            let path = String(text.dropFirst("store:".count))
            guard !path.isEmpty else { return nil }
            self = .store(path: path)
        } else if text.hasPrefix("https://") || text.hasPrefix("http://") {
            self = .api(url: text)
        } else {
            return nil
        }
    }
}

extension ValueSyntax<DestinationAddress> {
    static let destination = ValueSyntax(
        "DESTINATION", noun: "a base URL or store:PATH", example: "https://hookstream.io/v1",
        completion: .words(["https://hookstream.io/v1", "store:"]),
        parse: DestinationAddress.init(text:))
}

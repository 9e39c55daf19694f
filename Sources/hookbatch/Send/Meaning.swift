import Records

extension SendOptions {
    /// The options that alter what a run means, by flag: a run goes on only with the same.
    ///
    /// Where something goes and what counts as valid is meaning; how fast, how often tried and how
    /// long waited for is not, nor is the key.
    var meaning: [String: String] {
        [
            "--format": input.format.rawValue,
            "--delimiter": input.delimiter.map { String($0.byte) } ?? "",
            "--no-header": input.hasHeader ? "no" : "yes",
            "--payload": input.payload.rawValue,
            "--csv-payload": input.csvPayload.rawValue,
            "--max-record-bytes": String(input.maxRecordBytes),
            "--idempotency-key-from": input.idempotencyKeyFrom.map { "\($0)" } ?? "",
            "--map": input.mapping.mapped,
            "--set": input.mapping.set,
            "--skip": input.skip == 0 ? "" : String(input.skip),
            "--delivery": retries.delivery.rawValue,
            "--known-apps-only": destination.knowsAppsOnly ? "yes" : "no",
        ]
    }

    /// The first flag by which `other` differs, in alphabetical order; nil if none does. A flag of
    /// which a run of an earlier version says nothing was not given then.
    func flagThatDiffers(from other: [String: String]) -> String? {
        meaning.keys.sorted().first { meaning[$0] != other[$0] ?? "" }
    }
}

extension SendDestination {
    /// As `--to` names it: what stands in the journal and the summary.
    var name: String {
        switch self {
        case .store(let path, _): "store:\(path)"
        case .api(let api): api.url
        }
    }

    var knowsAppsOnly: Bool {
        if case .store(_, let knownAppsOnly) = self { return knownAppsOnly }
        return false
    }

    /// Whether a repeated line does no harm there, so that attempts need no record of their own.
    var isExactlyOnce: Bool {
        if case .store = self { return true }
        return false
    }
}

import Ledger
import Records
import Sending

extension SendOptions {
    /// The options that a resume must share, by flag.
    ///
    /// They affect what is sent and what is valid. Rates, retries, timeouts and the key are not part
    /// of the run identity.
    var runIdentity: [String: String] {
        let delimiter = input.delimiter.map { $0.byte.map { String($0) } ?? "auto" } ?? ""
        var options: [String: String] = [
            "--format": input.format.rawValue, "--delimiter": delimiter,
            // Journals of 0.1.0 lack these two.
            "--quote": input.quote == .double ? "" : input.quote.rawValue,
            "--csv-escape": input.csvEscape == .none ? "" : input.csvEscape.rawValue,
            "--no-header": input.hasHeader ? "no" : "yes",
            "--payload": input.payload.rawValue, "--csv-payload": input.csvPayload.rawValue,
            "--max-record-bytes": String(input.maxRecordBytes),
            "--map": input.mapping.mapped, "--set": input.mapping.set,
            "--empty-cells": input.mapping.emptyCells, "--null": input.mapping.nullText,
            "--records": input.records?.text ?? "",
            "--only": input.selection.only, "--except": input.selection.except,
            "--delivery": retries.delivery.rawValue, RetriedRun.option: "",
            RetriedRun.linesOption: "",
        ]
        options["--idempotency-key-from"] =
            input.idempotencyKeyFrom.map(RecordedOption.value) ?? ""
        options["--skip"] = input.skip == 0 ? "" : String(input.skip)
        // It decides the columns of the report. A resume may add it.
        options[JournalHeader.paceOption] =
            pace.recorded == nil ? "" : JournalHeader.recordedPace
        options["--header"] = destination.headers.identity
        options["--header-file"] = destination.headers.secretIdentity
        options["--shard"] = shard?.shard.text ?? ""
        options["--known-apps-only"] = destination.knowsAppsOnly ? "yes" : "no"
        options.merge(retryOf?.identity ?? [:]) { _, retry in retry }
        options.merge(origins?.identity ?? [:]) { _, origin in origin }
        return options.merging(input.selection.timeFlags) { option, _ in option }
    }

    /// The values of the run identity that are typed in another way than journals have them.
    var typedIdentity: [String: String] {
        var typed: [String: String] = [:]
        for (flag, value) in runIdentity {
            let text = RecordedOption.typed(flag, value)
            if text != value { typed[flag] = text }
        }
        return typed
    }
}

extension SendDestination {
    /// The destination as in `--to`, for the journal and the summary.
    var name: String {
        switch self {
        case .store(let path, _): "store:\(path)"
        case .api(let api): api.url
        }
    }

    /// The header fields added to requests; none for a store.
    var headers: HeaderOptions {
        if case .api(let api) = self { return api.connection.headers }
        return HeaderOptions()
    }

    var knowsAppsOnly: Bool {
        if case .store(_, let knownAppsOnly) = self { return knownAppsOnly }
        return false
    }

    /// Whether the destination ignores repeated lines, so attempts need no journal rows.
    var isExactlyOnce: Bool {
        if case .store = self { return true }
        return false
    }
}

import Ledger
import Sending

/// What is said about the lines of earlier runs.
extension SendCommand {
    /// Returns the message of a run without lines to send.
    static func nothingToSend(_ leftOut: LeftOutLines, _ options: SendOptions) -> String {
        guard leftOut.count == 0, let retryOf = options.retryOf else {
            return "nothing to send: " + LeftOutText(leftOut).sentence
        }
        return retryOf.nothingToSend
    }

    /// Returns why a file of `--retry-of` is refused that has more lines than the run has left: the
    /// others may have been sent; nil if it has not.
    static func added(_ inputs: RunInputs, _ options: SendOptions) -> String? {
        guard options.origins?.isOfGivenReport == true, !options.isFresh else { return nil }
        for (input, identity) in zip(inputs.inputs, inputs.identities) {
            guard let origins = input.origins, origins.unmatched > 0, origins.count > origins.known
            else { continue }
            let left = options.origins?.undelivered.first.map(Escaping.quoted) ?? "the run"
            return "\(Escaping.quoted(identity.path)) has "
                + "\(WholeNumber.shown(origins.count, "line")), but \(left) has the "
                + "\(WholeNumber.shown(origins.known)) that the newest run has left; fix and send only "
                + "those, since the others were sent"
        }
        return nil
    }

    /// Returns why a file of undelivered lines is refused in which it is not known what the edited lines
    /// were, since others were removed or added; nil if it is known. A run that was begun so is resumed.
    static func uncertain(_ inputs: RunInputs, _ options: SendOptions) -> String? {
        guard !options.isFresh, let files = try? options.report.files.find(),
            files.journal == .absent, files.report == .absent
        else { return nil }
        for (input, identity) in zip(inputs.inputs, inputs.identities) {
            guard let origins = input.origins, origins.missing.count > 0 else { continue }
            let missing = origins.missing
            // An outbox has moved the file since.
            var places = missing.first.map { place in
                "line \(WholeNumber.shown(place.line)) of "
                    + Escaping.quoted(String(place.file.split(separator: "/").last ?? ""))
            }
            if places.count < missing.count { places.append("…") }
            let isRemoved = origins.count < origins.known
            let way =
                !isRemoved
                ? "keep the lines in their order, and send added ones in a file of their own"
                : "put the removed lines back at their places: "
                    + (origins.unmatchedMayHaveArrived
                        ? "name those that arrived with \(Flags.retryOf.arrived.declaration.spelling)"
                        : "one that you can't fix stays as it was")
            return "\(Escaping.quoted(identity.path)): lines were edited and others were "
                + "\(isRemoved ? "removed" : "added or moved"), so that "
                + "\(WholeNumber.shown(origins.unmatched)) of "
                + "\(WholeNumber.shown(origins.count, "line")) can't be matched with those of the earlier "
                + "run: \(places.joined(separator: ", ")); nothing was sent; \(way); or add --fresh to send "
                + "them as new lines, besides which the reports count the old ones as not accepted"
        }
        return nil
    }

    /// Warns about lines of files of undelivered lines whose origin is not known.
    static func tellUnmatched(_ inputs: RunInputs, _ progress: Progress) {
        for (input, identity) in zip(inputs.inputs, inputs.identities) {
            guard let origins = input.origins, origins.unmatched > 0 else { continue }
            let path = Escaping.quoted(identity.path)
            progress.warn(
                "\(WholeNumber.shown(origins.unmatched)) of "
                    + "\(WholeNumber.shown(origins.count, "line")) of \(path) can't be matched with "
                    + "lines of the earlier run: they were added, or edited where others were removed; "
                    + "their rows have their lines in \(path)")
        }
    }
}

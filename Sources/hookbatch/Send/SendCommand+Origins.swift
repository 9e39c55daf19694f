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

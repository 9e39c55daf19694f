import Platform

/// What to do after a run.
extension RunSummary.NextStep {
    /// A stopped run is resumed; of a finished one the rejected lines are mended and sent, then
    /// the unknown ones looked at. nil if nothing is left to do, or no file says what.
    init?(stop: StopReason?, files: [RunSummary.File], options: SendOptions) {
        if case .notTheAPI = stop {
            // What was refused so is finished, for no fault of its lines: going on would leave it so.
            self.init(
                reason: "fix --to (is /v1 missing?), then start over with",
                command: options.freshCommandLine)
        } else if stop != nil {
            self.init(reason: "resume with", command: options.commandLine)
        } else if let file = files.first(where: { $0.kind == .rejected }) {
            self.init(
                reason: "fix the lines in \(file.path), then run",
                command: options.commandLine(sending: file.path))
        } else if let file = files.first(where: { $0.kind == .unknown }) {
            self.init(
                reason: "remove the lines that arrived from \(file.path), then run",
                command: options.commandLine(sending: file.path))
        } else {
            return nil
        }
    }
}

import Platform

/// The next step after a run.
extension RunSummary.NextStep {
    /// Resumes a stopped run. For a finished run, resends the fixed rejected lines first, then the
    /// unknown lines. Returns nil if there is nothing to do.
    init?(stop: StopReason?, files: [RunSummary.File], options: SendOptions) {
        if case .notTheAPI(let status) = stop, !(202...299).contains(status) {
            // The rejected lines are finished although they are valid: a resume would skip them.
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

import Destinations
import Webhooks

/// The sentences of `deliver`.
enum DeliverText {
    static func notice(_ notice: DeliverNotice) -> String {
        switch notice {
        case .refused(let endpoint, let reason):
            "\(Escaping.escaped(endpoint)) is not called: \(Escaping.escaped(reason))"
        case .withoutSecret(let endpoint):
            "\(Escaping.escaped(endpoint)) has no secret, so its deliveries wait; run 'hookbatch "
                + "store rotate-secret \(ShellWords.quote(endpoint))'"
        case .down(let endpoint):
            "\(Escaping.escaped(endpoint)) only fails; its other deliveries wait"
        case .disabled(let endpoint, let reason):
            "\(Escaping.escaped(endpoint)) is now disabled: \(words(for: reason)); run 'hookbatch "
                + "store enable-endpoint \(ShellWords.quote(endpoint))' to use it again"
        case .unsendable(let problem):
            "a delivery failed: \(words(for: problem)) (\(problem.rawValue)); 'hookbatch store "
                + "check' counts such messages"
        }
    }

    private static func words(for problem: MessageProblem) -> String {
        switch problem {
        case .missing: "the store does not have its message"
        case .invalid: "its message in the store is damaged"
        }
    }

    private static func words(for reason: DisabledReason) -> String {
        switch reason {
        case .user: "a person disabled it"
        case .gone: "it responded with 410"
        case .failing: "it failed for 5 days"
        }
    }

    /// What was done, and what is left.
    static func lines(of summary: DeliverSummary) -> [String] {
        var text =
            "delivered \(WholeNumber.shown(summary.delivered)) with "
            + WholeNumber.shown(summary.attempts, "request")
        if summary.failed > 0 { text += ", failed \(WholeNumber.shown(summary.failed))" }
        if summary.pending > 0 { text += ", pending \(WholeNumber.shown(summary.pending))" }
        var lines = [text]
        if summary.pending > 0 {
            let time = summary.nextDue.map { due in
                due.isEmpty
                    ? "" : ", the next at \(due.prefix(10)) \(due.dropFirst(11).prefix(8)) UTC"
            }
            lines.append("run the same command again to deliver the pending ones\(time ?? "")")
        }
        if summary.failed > 0 {
            lines.append(
                "'hookbatch store deliveries --status failed' lists the failed ones; 'hookbatch "
                    + "store redeliver --status failed' makes them due again")
        }
        if summary.waitingForDisabled > 0 {
            lines.append(
                WholeNumber.shown(
                    summary.waitingForDisabled, "delivery waits", plural: "deliveries wait")
                    + " for disabled endpoints")
        }
        return lines
    }
}

extension DeliverNotices {
    /// Returns notices that are printed as warnings.
    static func printed() -> DeliverNotices {
        DeliverNotices { Terminal.say("warning: " + DeliverText.notice($0)) }
    }
}

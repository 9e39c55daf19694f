import Delivery
import Ledger
import Records
import Sending

/// The steps that start a run over with another option, since nothing was accepted.
extension RunSummary.NextStep {
    /// Starts over at the URL that is probably meant, or at one to fill in.
    static func startOver(insteadOf url: String, _ commands: ProposedCommands) -> Self {
        let guess = likelyURL(insteadOf: url)
        let reason =
            guess == nil
            ? "put the API's base URL in place of URL, then start over with" : "start over with"
        return Self(
            reason: complete(reason, commands.variablesOfOtherURL, commands),
            command: commands.startOver(to: guess ?? "URL"))
    }

    /// Starts over with a `--map`; nil unless no line has a field that it names.
    static func ofMissingField(
        _ summary: RunSummary, _ options: SendOptions
    ) -> [Self]? {
        let (facts, commands) = (summary.facts, options.commands)
        guard commands.canMapAgain, !summary.readUndelivered,
            let error = facts.errors.main(\.invalid),
            let missing = MissingField(
                error.code, count: error.counts.invalid, of: facts.read,
                options.input.mapping.fields, ignored: facts.ignored)
        else { return nil }
        let action =
            missing.likelyName.map { "if \(Escaping.quoted($0)) is meant, " }
            ?? "put the name of the right one in place of NAME, then "
        return [
            Self(
                reason: complete(
                    "\(missing.fact); \(action)start over with", commands.variables, commands),
                command: commands.startOver(map: missing.rule))
        ]
    }

    /// Starts over with another `--time-format`; nil unless no line has a time that can be read.
    static func ofUnreadableTime(
        _ summary: RunSummary, _ options: SendOptions
    ) -> [Self]? {
        let (facts, commands) = (summary.facts, options.commands)
        guard commands.canStartOver, !summary.readUndelivered,
            let error = facts.errors.main(\.invalid), error.counts.invalid == facts.read,
            error.code == RecordProblem.Code.invalidTime.rawValue,
            error.detail?.hasPrefix(RecordProblem.unreadableTime) == true
        else { return nil }
        return [
            Self(
                reason: complete(
                    "no line has a time in the expected format: put the format in place of FORMAT, as "
                        + "'%d.%m.%Y %H:%M' for 24.11.2026 14:05, and start over with",
                    commands.variables, commands),
                command: commands.startOver(timeFormat: "FORMAT"))
        ]
    }

    /// Adds how to start over if a mapped field is not a string in any line: it is probably an object
    /// with the string in it.
    static func addingNestedField(
        _ summary: RunSummary, _ options: SendOptions, to steps: [Self]
    ) -> [Self] {
        let (facts, commands) = (summary.facts, options.commands)
        guard commands.canMapAgain, !summary.readUndelivered, !steps.isEmpty,
            let error = facts.errors.main(\.invalid), error.counts.invalid == facts.read,
            // As the words of `RecordProblem` begin.
            let field = [MessageField.appID, .eventType].first(where: {
                error.detail?.hasPrefix("\($0.rawValue) must be a string (mapped from ") == true
            })
        else { return steps }
        let mapping = options.input.mapping.fields[keyPath: field.source].pointer
        guard let tokens = mapping.map({ pointer in (0..<pointer.count).map { pointer[$0] } }),
            !tokens.isEmpty,
            tokens.allSatisfy(IgnoredText.canBeMapped)
        else { return steps }
        let path = "/" + tokens.joined(separator: "/")
        let step = Self(
            kind: .alternative,
            reason: complete(
                "if \(path) is an object with the \(field.rawValue) in it, put its name in place of NAME "
                    + "and start over with", commands.variables, commands),
            command: commands.startOver(map: "\(field.rawValue)=\(path)/NAME"))
        return steps.prefix(1) + [step] + steps.dropFirst()
    }

    /// Returns the URL up to its `/v1`, or with a missing one; nil if it ends in it.
    static func likelyURL(insteadOf url: String) -> String? {
        var url = url
        while url.hasSuffix("/") { url.removeLast() }
        let steps = url.split(separator: "/", omittingEmptySubsequences: false)
        // The path begins after the scheme, an empty step and the host.
        guard let version = steps.dropFirst(3).firstIndex(of: "v1") else {
            // With another version it is not simply incomplete.
            return steps.dropFirst(3).contains { isVersion($0) } ? nil : url + "/v1"
        }
        // More follows in the URL of an application's messages.
        return version == steps.count - 1 ? nil : steps[...version].joined(separator: "/")
    }

    /// Whether a step of a path is a version, such as `v2`.
    static func isVersion(_ step: Substring) -> Bool {
        step.first == "v" && step.count > 1 && step.dropFirst().allSatisfy(\.isWholeNumber)
    }
}

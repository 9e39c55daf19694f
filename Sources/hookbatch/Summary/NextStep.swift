import Delivery
import Platform
import Sending

/// The next step after a run.
extension RunSummary.NextStep {
    /// Returns the step of a run with this summary; nil if there is nothing to do.
    ///
    /// It resumes a stopped run. For a finished run it resends the fixed rejected lines first, then
    /// the unknown lines.
    init?(_ summary: RunSummary, _ options: SendOptions) {
        let commands = options.commands
        let rejected = summary.paths(of: .rejected)
        let unknown = summary.paths(of: .unknown)
        var reason: String
        var variables = commands.variables
        if case .notTheAPI(let status) = summary.stop, !(202...299).contains(status),
            case .api(let url) = summary.destination
        {
            // The rejected lines are finished although they are valid: a resume would skip them.
            let guess = Self.likelyURL(insteadOf: url)
            reason =
                guess == nil
                ? "put the API's base URL in place of URL, then start over with" : "start over with"
            command = commands.startOver(to: guess ?? "URL")
        } else if summary.stop != nil {
            reason = Self.resuming(summary)
            if commands.needsList { reason += " (and the same list on its standard input)" }
            command = commands.resume
        } else if !rejected.isEmpty {
            reason = "fix the lines in \(Self.list(rejected)), then run"
            command = commands.send(rejected)
            variables = commands.lastingVariables
        } else if !unknown.isEmpty {
            reason = "remove the lines that arrived from \(Self.list(unknown)), then run"
            command = commands.send(unknown, areUnknown: true)
            variables = commands.lastingVariables
        } else {
            return nil
        }
        if commands.hidesCredentials {
            reason =
                "put the proxy's user and password in place of \(URLText.hiddenCredentials); "
                + reason
        }
        if !variables.isEmpty {
            reason += " (with \(variables.joined(separator: ", ")) as before)"
        }
        self.reason = reason
    }

    /// Returns the URL with a missing `/v1`; nil if it has one.
    private static func likelyURL(insteadOf url: String) -> String? {
        var url = url
        while url.hasSuffix("/") { url.removeLast() }
        return url.hasSuffix("/v1") ? nil : url + "/v1"
    }

    private static func resuming(_ summary: RunSummary) -> String {
        if summary.inputs.contains(where: \.isStream) {
            let again = "resume by giving the same input again, from its start, to"
            guard let rest = summary.paths(of: .rest).first else { return again }
            return "if the input can't be repeated, send only \(Self.list([rest])); else \(again)"
        }
        if case .unreachable(let cause) = summary.stop, cause.mayBeOtherURL,
            summary.hasSentNothing
        {
            // The journal is of this URL, and a resume with another is refused.
            return "resume with (if you change --to, add --fresh)"
        }
        return "resume with"
    }

    private static func list(_ paths: [String]) -> String {
        paths.map { ShellWords.quote($0) == $0 ? $0 : Escaping.quoted($0) }
            .joined(separator: " and ")
    }
}

extension RunSummary {
    /// Returns the paths of the files of a kind.
    fileprivate func paths(of kind: File.Kind) -> [String] {
        files.filter { $0.kind == kind }.map(\.path)
    }

    /// Whether no line has an outcome from a server.
    fileprivate var hasSentNothing: Bool {
        let counts = facts.counts
        return counts.accepted + counts.rejected + counts.failed + counts.unknown == 0
    }
}

extension RunSummary.Input {
    /// Whether the same command does not read the same bytes again by itself.
    fileprivate var isStream: Bool { size == nil || path == InputPath.standardInput.shown }
}

import Delivery
import Sending
import Time

extension Progress: RunObserver {
    func report(_ event: RunEvent) {
        switch event {
        case .noResponse(let reason, let patience):
            say(Self.noResponse(Escaping.escaped(reason), patience))
        case .outage(let failure, let patience): say(Self.outage(failure, patience))
        case .slowRetries(let failure): warn(Self.slowRetries(failure))
        case .replayShifted(let shift):
            say("the replay resumes, \(Duration.nanoseconds(shift).shown) later than planned")
        case .stopping(let inFlight, let isStore):
            say(Self.stopping(UInt64(inFlight), isStore: isStore))
        case .rateChanged(let rate, let until):
            let end = until.map { " until \($0.text)" } ?? ""
            say(rate.map { "the rate is \($0.text)\(end)" } ?? "paused by --rate\(end)")
        case .keyReplaced(let source):
            say("the API rejected the key (401); \(source) has another one: sending resumes")
        case .keyKept(let source, let problem):
            // The reason begins with the source.
            warn(problem?.reason ?? "\(source): \(Self.keyKeptEnd)")
        case .rateFileProblem(let path, let problem):
            warn(
                "--rate @\(Escaping.escaped(path)): \(problem.reason); the rate stays as it was")
        }
    }

    private static func noResponse(_ reason: String, _ patience: Duration?) -> String {
        let next =
            patience.map {
                "waiting for the server, at most \($0.shownExactly) "
                    + "(\(Flags.retries.startPatience.declaration.spelling))"
            } ?? "retrying"
        return "no valid response yet (\(reason)); \(next)"
    }

    private static func outage(_ failure: String, _ patience: Duration) -> String {
        "the API does not respond (last: \(failure)); no line is lost: the run continues when it responds "
            + "again, and stops after \(patience.shownExactly) without a response "
            + "(\(Flags.retries.outagePatience.declaration.spelling)), to be resumed"
    }

    /// How the warning about a key that stays refused ends, if its source can be read.
    static let keyKeptEnd = "it was read again, and has no other key"

    /// How the warning about slow retries begins.
    static let slowRetriesStart = "the server fails often"

    private static func slowRetries(_ failure: String) -> String {
        "\(slowRetriesStart) (last: \(failure)), so the rest of the run is slow: retries are limited "
            + "to about a tenth of the accepted messages; no line is lost: wait, or stop the run, and "
            + "resume it when the server is well, since it is fast then; --retries 0 ends it soon, but "
            + "the lines that are left then end as failed or unknown ('hookbatch help pace')"
    }

    /// The message at the first stop signal, if requests are in flight.
    private static func stopping(_ count: UInt64, isStore: Bool) -> String {
        // The store reports which messages it stored, also after an abort.
        guard isStore else {
            return "stopping: waiting for \(WholeNumber.shown(count, "request")) in flight "
                + "(signal again to abort them; they may have arrived)"
        }
        return "stopping: waiting for the store to write "
            + "\(WholeNumber.shown(count, "message")), at most 10 s (signal again to abort the "
            + "messages not started)"
    }
}

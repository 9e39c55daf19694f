import Destinations
import Glibc
import LocalAPI
import Platform

/// `hookbatch listen`: a receiver that prints webhooks.
enum ListenCommand {
    /// Receives until a signal, or until standard output fails.
    static func run(_ options: ListenOptions) -> ExitStatus {
        ServerProcess.run(options.settings) { (process) throws(DestinationError) in
            var outputError: DestinationError?
            let format = options.output
            let receiver = WebhookReceiver(
                secrets: options.secrets, status: options.status,
                faults: options.faults.settings, now: MonotonicClock.now
            ) { webhooks in
                let lines = webhooks.flatMap { WebhookLine(webhook: $0).bytes(as: format) }
                return Terminal.output(lines).map { .system(call: "write", errno: $0) }
            }
            let server = try LocalServer(
                receiver: receiver, address: options.address, settings: process.settings,
                recordFailed: {
                    outputError = $0
                    // Without its output the command is of no use: it ends as by a signal.
                    kill(getpid(), SIGTERM)
                },
                acceptFailed: ServerProcess.acceptFailed)
            process.warnOfLimit()
            announce(options, address: server.address)
            _ = try server.run(stop: process.stop, mustStop: process.mustStop)
            Terminal.say("stopped after " + summary(receiver.counts, options))
            guard case .system(_, let number)? = outputError else { return .success }
            Terminal.say("standard output can't be written: \(SystemError.text(of: number))")
            return .fileError
        }
    }

    private static func announce(_ options: ListenOptions, address: ListenAddress) {
        Terminal.say(
            options.secrets.isEmpty
                ? "signatures are not checked (no --secret-file)"
                : "signatures are checked with "
                    + WholeNumber.shown(options.secrets.count, "secret"))
        if options.status != 200 { Terminal.say("webhooks get status \(options.status)") }
        if let faults = options.faults.announcement { Terminal.say(faults) }
        // Last, because scripts wait for this line.
        Terminal.say("listening on http://\(address)/")
    }

    private static func summary(_ counts: WebhookCounts, _ options: ListenOptions) -> String {
        var text = WholeNumber.shown(counts.webhooks, "webhook")
        if !options.secrets.isEmpty {
            text +=
                ": \(WholeNumber.shown(counts.good)) with a good signature, "
                + "\(WholeNumber.shown(counts.notGood)) without"
        }
        if counts.repeated > 0 {
            text += "; \(WholeNumber.shown(counts.repeated)) repeated an earlier id"
        }
        return text
    }
}

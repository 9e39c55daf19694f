import Delivery
import Destinations
import Glibc
import Ledger
import Records

/// The end of a process's work on a run: the report if the run is finished, the summary in any case.
struct RunFinish {
    let options: SendOptions
    let inputs: RunInputs
    let past: RunJournal
    /// When this process began, in nanoseconds since 1970.
    let startedAt: Int64

    init(_ options: SendOptions, _ inputs: RunInputs, _ past: RunJournal, startedAt: Int64) {
        self.options = options
        self.inputs = inputs
        self.past = past
        self.startedAt = startedAt
    }

    /// Ends what `loop` has done.
    func end(_ loop: SendLoop, _ open: OpenDestination) throws(SendError) -> ExitStatus {
        var loop = loop
        if loop.failure == nil, loop.run.isFinished {
            do {
                try open.destination.close()
            } catch {
                // All rows are recorded and the lines are where they are; only tell of it.
                Terminal.say("warning: \(SendError.destination(error).message)")
            }
            return try finish(loop)
        }
        _ = loop
        return try stop(loop)
    }
}

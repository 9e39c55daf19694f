import Delivery
import Destinations
import Platform
import Time

/// The change of the API key during a run.
extension SendLoop {
    /// Begins to read the key again if the run waits for another one.
    func renewKey() throws(SendError) {
        guard let keyRenewal, core.wantsKey, !keyRenewal.isBusy else { return }
        do { try keyRenewal.start() } catch { throw .file(error) }
    }

    /// Takes the key that was read.
    func takeKey(_ now: Instant) {
        guard let keyRenewal, let answer = keyRenewal.takeAnswer() else { return }
        // The run may have stopped in the meantime.
        guard core.wantsKey else { return }
        switch answer {
        case .key(let key):
            destination.replace(key: key)
            observer.report(.keyReplaced(source: keyRenewal.source))
            core.renewKey(isNew: true, now: now)
        case .same:
            observer.report(.keyKept(source: keyRenewal.source, nil))
            core.renewKey(isNew: false, now: now)
        case .problem(let problem):
            observer.report(.keyKept(source: keyRenewal.source, problem))
            core.renewKey(isNew: false, now: now)
        }
    }
}

import Delivery
import Platform
import Time

/// The rate that changes with time.
extension SendLoop {
    /// Sets the rate if the clock or a file has changed it.
    ///
    /// It is called before the decisions of a turn: none of them uses an earlier rate after the
    /// moment of a change.
    @inline(never)
    func updateRate(_ now: ClockReading) {
        guard let due = rateControl?.due, due <= now.instant,
            let changes = rateControl?.poll(now: now)
        else { return }
        if let rate = changes.rate { core.setRate(rate.new, at: rate.at) }
        for event in changes.events { observer.report(event) }
    }

    /// The present pause of the rate.
    var pause: ProgressStatus.Wait {
        let end = rateControl?.endOfPause(wall: ClockReading.now().wall)
        return .init(reason: .paused, left: end?.left, until: end?.time)
    }
}

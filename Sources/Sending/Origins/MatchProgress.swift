/// The progress and signals of the matching of files of undelivered lines.
///
/// A file is read in several passes, which count alike.
package final class MatchProgress {
    /// The parts of the matching of one file. Each starts with the number of its first pass.
    enum Part: Int {
        case origins = 0
        case records = 1
        case hashes = 2
        case gaps = 5
        case repeated = 9
        case gapsAgain = 12
        case applications = 16
        case reports = 21
        case keeping = 22
    }

    private static let passes = 23
    /// Steps between two looks at the clock. Arbitrary: less than a millisecond.
    private static let stepsPerUpdate: UInt64 = 1024

    private let progress: VerifyProgress
    /// The bytes and the lines of the files that are matched.
    private var bytesDone: UInt64 = 0
    private var linesDone: UInt64 = 0
    /// The bytes and the lines of the current file.
    private var bytes: UInt64 = 0
    private var lines: UInt64 = 0
    private var pass = 0
    private var steps: UInt64 = 0
    private var stepsTotal: UInt64 = 0
    /// All calls of `step`.
    private var count: UInt64 = 0

    init(_ progress: VerifyProgress) { self.progress = progress }

    /// Begins a file.
    ///
    /// - Parameter bytes: The size of the input.
    func beginFile(bytes: UInt64) throws(SendError) {
        bytesDone += self.bytes
        linesDone += lines
        (self.bytes, lines) = (bytes, 0)
        begin(.origins)
        try update()
    }

    /// Sets the number of lines of the current file.
    func setLines(_ count: UInt64) { lines = count }

    /// Begins a part, whose passes follow.
    func begin(_ part: Part) {
        pass = part.rawValue - 1
        steps = 0
    }

    /// Begins the next pass of a part, of about so many steps; 0 if that is not known.
    func beginPass(steps: UInt64) {
        pass += 1
        self.steps = 0
        stepsTotal = steps
    }

    /// Counts a step of a pass.
    ///
    /// Throws `waitEnded` at a signal or at the deadline.
    func step() throws(SendError) { try step(to: steps + 1) }

    /// Counts a step that ends at a place of the pass, whose steps are for example bytes.
    func step(to place: UInt64) throws(SendError) {
        steps = place
        count += 1
        if count % Self.stepsPerUpdate == 0 { try update() }
    }

    /// Updates the progress and checks signals at once. Throws like `step`.
    func update() throws(SendError) {
        let inPass = stepsTotal > 0 ? min(1, Double(steps) / Double(stepsTotal)) : 0
        let share = min(1, max(0, (Double(pass) + inPass) / Double(Self.passes)))
        progress.set(
            lines: linesDone + UInt64(Double(lines) * share),
            bytes: bytesDone + UInt64(Double(bytes) * share))
        try progress.update()
    }
}

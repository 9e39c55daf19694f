/// What a resumed run knows of its past: which records are done, and what the others went through.
package struct ResumeState: Sendable {
    /// The records with an outcome, one set for each input in order.
    package var done: [RecordSet]
    /// The lines that were begun and have no outcome.
    package var histories: [LineID: LineHistory] = [:]
    /// The hashes of the records of those of them whose requests could leave: XXH64.
    package var hashes: [LineID: UInt64] = [:]
    /// After a power cut, the last line that may have been sent without a trace: every line up to
    /// it that has no outcome is uncertain.
    package var uncertainThrough: LineID?
    /// The outcomes so far.
    package var counts = Counts()
    /// The accepted records without a response of a server: they had arrived in an earlier run.
    package var arrived: UInt64 = 0

    package init(inputCount: Int) {
        done = Array(repeating: RecordSet(), count: inputCount)
    }

    /// The history with which `line` goes on.
    package func history(of line: LineID) -> LineHistory {
        var history = histories[line] ?? LineHistory()
        if let uncertainThrough, line <= uncertainThrough { history.isUncertain = true }
        return history
    }
}

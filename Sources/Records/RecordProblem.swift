/// What is wrong with a record.
package struct RecordProblem: Hashable, Sendable {
    /// Where in the input the fault was seen, in bytes from its start.
    package var offset: ByteOffset
}

/// A line of a run, named by its input and its number.
///
/// Both are from 1. The line is the physical one on which the record starts. Of a JSON input, where
/// several records may start on one line, it is the number of the record instead.
package struct LineID: Hashable, Comparable, Sendable {
    package var file: Int
    package var line: UInt64

    package init(file: Int, line: UInt64) {
        self.file = file
        self.line = line
    }

    package static func < (a: LineID, b: LineID) -> Bool {
        (a.file, a.line) < (b.file, b.line)
    }
}

/// A line of a run: which input, from 1, and the physical line in it on which its record starts.
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

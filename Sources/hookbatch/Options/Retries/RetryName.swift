/// The names of the files of retries, which begin as those of the first run.
enum RetryName {
    private static let marks = [".rejected", ".unknown", ".try-"]

    /// Returns the start that the names of a run and of all runs of its lines have in common, such as
    /// `events` for `events.rejected.try-3`.
    static func root(of name: String) -> String {
        let ends = marks.compactMap { name.range(ofFirst: $0)?.lowerBound }
        return String(name[..<(ends.min() ?? name.endIndex)])
    }
}

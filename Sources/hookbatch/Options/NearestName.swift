/// The candidate nearest to a mistyped name.
enum NearestName {
    /// Returns the candidate with the fewest edits, ignoring case; the first of equals.
    ///
    /// At most one edit per three letters, and at least two, count as a typing error.
    static func find(_ name: String, among candidates: [String]) -> String? {
        // The cost is the product of both lengths, and longer input is not a typing error.
        guard name.utf8.count <= 64 else { return nil }
        let limit = max(2, name.utf8.count / 3)
        let name = name.lowercased()
        return
            candidates
            .map { (candidate: $0, distance: distance(from: name, to: $0.lowercased())) }
            .filter { $0.distance <= limit && $0.distance < $0.candidate.utf8.count }
            .min { $0.distance < $1.distance }?
            .candidate
    }

    /// Counts the insertions, removals, replacements and swaps of neighbours from `a` to `b`
    /// (optimal string alignment), in bytes.
    static func distance(from a: String, to b: String) -> Int {
        let a = Array(a.utf8)
        let b = Array(b.utf8)
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var best = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    best = min(best, beforeLast[j - 1] + 1)
                }
                row.append(best)
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}

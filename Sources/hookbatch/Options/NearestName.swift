/// The name that someone who typed another most likely meant.
enum NearestName {
    /// The candidate with the fewest edits from `name`, if there are few enough for a slip of the
    /// fingers: one edit for each three letters, at least two, in whatever case. The first of
    /// equals.
    static func find(_ name: String, among candidates: [String]) -> String? {
        // Far longer input is no slip, and the distance takes the product of both lengths.
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

    /// The number of bytes to insert, remove or replace, or of neighbours to swap, to make `b` of
    /// `a` (optimal string alignment).
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

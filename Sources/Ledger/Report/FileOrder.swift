/// An order of files that agrees with the order in each report.
struct FileOrder {
    /// The rank of each file in the order.
    private(set) var ranks: [[UInt8]: Int] = [:]
    /// The files of each report in its order, as first ranks.
    private var sequences: [[Int]] = []

    /// Maximum number of different files.
    static let maxFiles = 10_000
    /// Maximum bytes of their names.
    static let maxNameBytes = 8 << 20
    private var nameBytes = 0

    /// Adds a report's files in its order. Returns false if there are too many.
    mutating func add(_ files: [[UInt8]]) -> Bool {
        var sequence: [Int] = []
        for file in files {
            let rank = ranks[file] ?? ranks.count
            if rank == ranks.count {
                nameBytes += file.count
                guard rank < Self.maxFiles, nameBytes <= Self.maxNameBytes else { return false }
                ranks[file] = rank
            }
            sequence.append(rank)
        }
        sequences.append(sequence)
        return true
    }

    /// Sorts the files topologically, ties by first occurrence.
    ///
    /// Returns false if the reports contradict each other.
    mutating func resolve() -> Bool {
        var followers = [[Int]](repeating: [], count: ranks.count)
        var predecessors = [Int](repeating: 0, count: ranks.count)
        for sequence in sequences {
            for (file, next) in zip(sequence, sequence.dropFirst()) {
                followers[file].append(next)
                predecessors[next] += 1
            }
        }
        var ready = predecessors.indices.filter { predecessors[$0] == 0 }
        var newRanks = [Int](repeating: 0, count: ranks.count)
        var nextRank = 0
        while let (index, file) = ready.enumerated().min(by: { $0.element < $1.element }) {
            ready.swapAt(index, ready.count - 1)
            ready.removeLast()
            newRanks[file] = nextRank
            nextRank += 1
            for follower in followers[file] {
                predecessors[follower] -= 1
                if predecessors[follower] == 0 { ready.append(follower) }
            }
        }
        guard nextRank == ranks.count else { return false }
        for (file, rank) in ranks { ranks[file] = newRanks[rank] }
        return true
    }
}

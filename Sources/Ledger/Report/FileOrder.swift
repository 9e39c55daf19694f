/// The order in which several reports of shards list the inputs' files: one in which each report's
/// own order stands.
struct FileOrder {
    /// Each file's place.
    private(set) var ranks: [[UInt8]: Int] = [:]
    /// The files of each report, in the order in which it has them, by `ranks` as they came.
    private var sequences: [[Int]] = []

    /// Files told apart at most.
    static let mostFiles = 10_000
    /// Bytes of their names at most.
    static let mostNameBytes = 8 << 20
    private var nameBytes = 0

    /// Takes a report's files in its order; false if there are too many to put in order.
    mutating func add(_ files: [[UInt8]]) -> Bool {
        var sequence: [Int] = []
        for file in files {
            let rank = ranks[file] ?? ranks.count
            if rank == ranks.count {
                nameBytes += file.count
                guard rank < Self.mostFiles, nameBytes <= Self.mostNameBytes else { return false }
                ranks[file] = rank
            }
            sequence.append(rank)
        }
        sequences.append(sequence)
        return true
    }

    /// Gives the files their places: of those that may come next, always the one that came first.
    /// False if the reports contradict each other.
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
        var places = [Int](repeating: 0, count: ranks.count)
        var placed = 0
        while let (index, file) = ready.enumerated().min(by: { $0.element < $1.element }) {
            ready.swapAt(index, ready.count - 1)
            ready.removeLast()
            places[file] = placed
            placed += 1
            for next in followers[file] {
                predecessors[next] -= 1
                if predecessors[next] == 0 { ready.append(next) }
            }
        }
        guard placed == ranks.count else { return false }
        for (file, rank) in ranks { ranks[file] = places[rank] }
        return true
    }
}

/// What a job costs over one line, over some and over eight times as many.
struct Growth: CustomStringConvertible {
    private static let some = 500
    private static let many = 8 * some
    /// How much more than before a line may cost after many others: a tenth, and what is counted
    /// once in a hundred lines.
    private static let tolerance = (factor: 1.1, sum: 0.01)

    private let costs: (one: Int, some: Int, many: Int)

    /// - Parameter cost: the cost of that many lines.
    init(_ cost: (_ lines: Int) throws -> Int) rethrows {
        costs = (try cost(1), try cost(Self.some), try cost(Self.many))
    }

    /// What a line costs after many others.
    var perLine: Double { Double(costs.many - costs.some) / Double(Self.many - Self.some) }

    /// What a line costs at the beginning, with what is built up then.
    private var perFirstLine: Double { Double(costs.some - costs.one) / Double(Self.some - 1) }

    /// Whether a line costs no more after many others than at the beginning: then the whole does
    /// not grow faster than the file.
    var isLinear: Bool {
        perLine <= max(0, perFirstLine) * Self.tolerance.factor + Self.tolerance.sum
    }

    var description: String { "\(costs): \(perFirstLine), then \(perLine) a line" }
}

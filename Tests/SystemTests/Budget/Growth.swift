/// The costs of a job for one line, for some lines and for eight times as many.
struct Growth: CustomStringConvertible {
    private static let some = 500
    private static let many = 8 * some
    /// The tolerance for the cost of a line after many others.
    ///
    /// It may exceed the cost at the start by a tenth, plus one count in a hundred lines.
    private static let tolerance = (factor: 1.1, sum: 0.01)

    private let costs: (one: Int, some: Int, many: Int)

    /// - Parameter cost: returns the cost of `lines` lines.
    init(_ cost: (_ lines: Int) throws -> Int) rethrows {
        costs = (try cost(1), try cost(Self.some), try cost(Self.many))
    }

    /// The cost of a line after many others.
    var perLine: Double { Double(costs.many - costs.some) / Double(Self.many - Self.some) }

    /// The cost of a line at the start, including what is set up then.
    private var perFirstLine: Double { Double(costs.some - costs.one) / Double(Self.some - 1) }

    /// Whether a line costs no more after many others than at the start.
    ///
    /// If so, the total cost does not grow faster than the file.
    var isLinear: Bool {
        perLine <= max(0, perFirstLine) * Self.tolerance.factor + Self.tolerance.sum
    }

    var description: String { "\(costs): \(perFirstLine), then \(perLine) a line" }
}

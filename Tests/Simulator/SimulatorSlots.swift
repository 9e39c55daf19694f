/// The slots of a destination, which allow each step only in its order.
struct SimulatorSlots {
    private enum State { case empty, loaded, inFlight }

    private var states: [State] = []

    mutating func load(_ slot: Int, _ world: Simulator) {
        while states.count <= slot { states.append(.empty) }
        move(slot, from: .empty, to: .loaded, world)
    }

    mutating func start(_ slot: Int, _ world: Simulator) {
        move(slot, from: .loaded, to: .inFlight, world)
    }

    mutating func end(_ slot: Int, isFree: Bool, _ world: Simulator) {
        move(slot, from: .inFlight, to: isFree ? .empty : .loaded, world)
    }

    mutating func unload(_ slot: Int, _ world: Simulator) {
        move(slot, from: .loaded, to: .empty, world)
    }

    private mutating func move(_ slot: Int, from: State, to: State, _ world: Simulator) {
        if states[slot] != from {
            world.report(.order, "slot \(slot) is \(states[slot]), not \(from)")
        }
        states[slot] = to
    }
}

import Delivery
import Sending
import TestSupport

/// The connections of a simulated process, as far as its core knows of them.
extension SimulatorProcess {
    /// An attempt whose request has not left.
    struct Connect {
        var slot: Int
        var line: Int
        /// When there is a connection, or none.
        var ends: Int64
        var fails: Bool
        /// Whether there is a connection and the request may not leave yet.
        var isConnected = false
    }

    /// Whether the next attempt has to wait for a connection: most of them, if any.
    func mustConnect() -> Bool { scenario.isSlowToConnect && world.random.next(upTo: 3) > 0 }

    /// The number of starts that have a connection at once.
    func freeConnections() -> Int {
        guard scenario.isSlowToConnect, world.bug != .unconnectedRecorded else { return .max }
        return max(0, Int(world.random.next(upTo: 3)) - 1)
    }

    func connect(_ slot: Int) {
        connects.append(
            Connect(
                slot: slot, line: slotLines[slot],
                ends: world.clock + Int64(world.random.next(upTo: 300_000_000)),
                fails: !scenario.isDeterministic && world.random.next(upTo: 9) == 0))
    }

    /// Ends the waits whose time has come.
    func receiveConnections() throws(Simulator.Ending) {
        for connect in connects where !connect.isConnected && connect.ends <= world.clock {
            guard let place = connects.firstIndex(where: { $0.slot == connect.slot }) else {
                continue
            }
            if connect.fails {
                end(connects.remove(at: place), .noConnection)
            } else if world.bug == .unconnectedRecorded {
                connects.remove(at: place)
                try send(connect.slot)
            } else {
                connects[place].isConnected = true
                core.connected(slot: connect.slot)
            }
        }
    }

    /// Ends an attempt of which no byte has left.
    func end(_ connect: Connect, _ result: AttemptResult) {
        var result = result
        result.requestBegan = false
        complete(
            Flight(
                slot: connect.slot, line: connect.line, ends: world.clock,
                exchange: .init(result: result, duration: 0, isAccepted: false),
                deadline: world.clock + SimulatorServer.timeout, key: key))
    }

    /// Stops the process for any time, at some of the points where it can be stopped.
    func pause() {
        guard scenario.pauses > 0, world.random.next(upTo: 999) < scenario.pauses else { return }
        let longest: [UInt64] = [2_000_000_000, 60_000_000_000, 7_200_000_000_000]
        let most = longest[Int(world.random.next(upTo: 2))]
        world.clock += Int64(world.random.next(upTo: most))
    }
}

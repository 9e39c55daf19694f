import Foundation

/// Searches many seeds with an optimised build: `swift run -c release simulator SEEDS [FIRST]`.
///
/// Exits with 1 and names the seed if a promise is broken.
@main enum SimulatorProgram {
    static func main() async {
        let arguments = CommandLine.arguments.dropFirst().map(UInt64.init)
        guard (1...2).contains(arguments.count),
            let count = arguments[0].flatMap(Int.init(exactly:)),
            count > 0, let first = arguments.count == 2 ? arguments[1] : 1
        else {
            print("usage: simulator SEEDS [FIRST]")
            exit(2)
        }
        if let violation = await Simulator.search(count, from: first) {
            print(violation)
            exit(1)
        }
        print("simulator: \(count) seeds from \(first) on: no promise broken")
    }
}

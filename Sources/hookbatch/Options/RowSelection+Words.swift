import Delivery
import Ledger

extension RowSelection {
    /// The conditions as text: `outcome failed or unknown`.
    var words: [String] {
        var words: [String] = []
        if let outcomes {
            let names = Outcome.allCases.filter { outcomes.contains($0) }.map(\.words)
            words.append("outcome " + names.joined(separator: " or "))
        }
        if let applications {
            words.append("application " + applications.sorted().joined(separator: " or "))
        }
        if let errors { words.append("error " + errors.sorted().joined(separator: " or ")) }
        if onlyPossibleDuplicates { words.append("possible duplicate") }
        if let endpoints {
            words.append("endpoint " + endpoints.sorted().joined(separator: " or "))
        }
        return words
    }
}

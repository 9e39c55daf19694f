import Records
import Time

/// A time that an option gives relative to the start of the run.
///
/// The raw values are names of the journal's and the summary's options. They are not compared: the
/// same option is another time in each process.
package enum RunMoment: String, Hashable, Sendable, CaseIterable {
    case since = "--since (time)"
    case until = "--until (time)"
}

extension RunPlan {
    /// The options of the run for its journal, by name.
    package var recordedOptions: [String: String] {
        var options = identity
        for (moment, time) in moments { options[moment.rawValue] = time.rfc3339 }
        if !sentBy.isEmpty { options[RetriedRun.sentByOption] = RetriedRun.sentByValue(sentBy) }
        if leftOut > 0 { options[RetriedRun.leftOutOption] = String(leftOut) }
        return options
    }

    /// The options of the run for its summary, by name: values as typed.
    package var summaryOptions: [String: String] {
        recordedOptions.merging(typed) { _, typed in typed }
    }

    /// Takes the times of the run's first process from the options of its journal.
    package mutating func takeMoments(from options: [String: String]) {
        for moment in RunMoment.allCases where moments[moment] != nil {
            guard let text = options[moment.rawValue],
                let time = Array(text.utf8).withUnsafeBytes({ RFC3339.parse($0) })
            else { continue }
            moments[moment] = time
            switch moment {
            case .since: readerOptions.selection.window?.since = time
            case .until: readerOptions.selection.window?.until = time
            }
        }
    }
}

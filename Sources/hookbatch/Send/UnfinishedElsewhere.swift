import Ledger
import Platform
import Sending

/// An unfinished run of the same input whose files are in the input's folder, where the command ran
/// before: in the current directory another run would send its lines again.
enum UnfinishedElsewhere {
    /// Returns the message that refuses a new run; nil if there is no such run, or `--report` names
    /// the place of this one.
    static func refusal(_ options: SendOptions) -> String? {
        guard case .file(let input)? = options.input.paths.first,
            options.report == ReportPath(besideInputNamed: input),
            Directory.parent(of: input) != "."
        else { return nil }
        let folder = Directory.parent(of: input)
        let journal = "\(folder)/\(options.report.journal)"
        guard let header = try? Journal.header(of: journal),
            let first = header.inputs.first?.path,
            FileStatus.areSame(first.hasPrefix("/") ? first : "\(folder)/\(first)", input)
        else { return nil }
        return
            "\(Escaping.quoted(journal)) is the journal of an unfinished run of this input; resume it "
            + "there with the same command, where the input is \(Escaping.quoted(first)), or choose "
            + "another --report to send everything again; change to its folder with:\n  cd "
            + Escaping.escaped(ShellWords.quote(folder))
    }
}

/// The files of a run.
struct RunFileFlags: Sendable {
    let report = Flag(
        "report", .reportPath, defaultNote: "named after the first input", for: [.send], .files,
        "The path of the report; the run's other files have the same folder and name. The "
            + "extension selects the format. Required for standard input.")
    let fresh = Flag(
        switch: "fresh", for: [.send], .files,
        "Start over: archive the files of an earlier run and send everything again.")
}

/// Which program this is.
enum Version {
    /// Semantic version of the command line and of the files' formats.
    static let number = "0.1.0"

    /// The day of this version, as manual pages have it.
    static let date = "November 23, 2026"

    /// What `hookbatch version` prints.
    static let line = "hookbatch \(number)\n"
}

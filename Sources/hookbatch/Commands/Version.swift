/// The version of this program.
enum Version {
    /// The semantic version of the command line and the file formats.
    static let number = "0.1.0"

    /// The date of this version, in the form of manual pages.
    static let date = "November 23, 2026"

    /// The output of `hookbatch version`.
    static let line = "hookbatch \(number)\n"
}

import CBuild

/// The version of this program.
enum Version {
    /// The semantic version of the command line and the file formats.
    static let number = "0.1.0"

    /// The date of this version, in the form of manual pages.
    static let date = "November 23, 2026"

    /// The first digits of the commit that the program was built from; nil outside of git.
    static var commit: String? {
        hb_build_commit().map { String(String(cString: $0).prefix(12)) }
    }

    /// What the program was built with: Swift's version and the toolchain's C compiler.
    static var toolchain: String {
        let swift = "\(_SwiftStdlibVersion.current)".split(separator: ".").prefix(2)
        return "Swift \(swift.joined(separator: ".")), \(String(cString: hb_build_compiler()))"
    }

    /// The output of `hookbatch --version`.
    static var line: String { "hookbatch \(number)\(commit.map { " (\($0))" } ?? "")\n" }
}

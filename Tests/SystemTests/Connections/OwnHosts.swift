import TestSupport

/// A program with a hosts file of its own, in a mount namespace.
struct OwnHosts {
    let folder: TemporaryFolder

    init(_ addresses: [String]) throws {
        folder = try TemporaryFolder("hosts")
        try set(addresses)
    }

    /// The name that has the addresses.
    static let name = "hookstream.test"

    /// Gives the name other addresses, also for programs that run.
    func set(_ addresses: [String]) throws {
        // In place: a new file would not be the one that is mounted.
        try folder.write(addresses.map { "\($0) \(Self.name)\n" }.joined(), to: "hosts")
    }

    /// Returns the program as it runs with the file.
    func program(_ program: Program) -> Program {
        var program = program
        program.arguments =
            [
                "--mount", "sh", "-c", "mount --bind \"$0\" /etc/hosts && exec \"$@\"",
                folder.path("hosts"), program.executable,
            ] + program.arguments
        program.executable = "unshare"
        return program
    }
}

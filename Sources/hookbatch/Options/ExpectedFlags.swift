/// Flags that people know from other programs, and what stands for them here.
enum ExpectedFlags {
    /// What to do instead; nil if the flag is not one of these, or the command has nothing for it.
    static func hint(for spelling: String, of command: Command) -> String? {
        guard let (flag, hint) = hint(for: spelling) else { return nil }
        return flag.map { $0.commands.contains(command) } ?? true ? hint : nil
    }

    /// The flag that a hint names, if it names one, and the hint.
    private static func hint(for spelling: String) -> (FlagDeclaration?, String)? {
        switch spelling {
        case "--resume", "--continue":
            return (nil, "a run that stopped goes on when the same command is run again")
        case "--dry-run":
            return (nil, "'hookbatch check' sends nothing, and shows what would be sent")
        case "--api-key", "--key", "--token", "--password":
            let flag = Flags.apiKeyFile.declaration
            return (
                flag,
                "the key comes from the variable HOOKSTREAM_API_KEY or from a file "
                    + "(\(flag.spelling)), since others can see a command line"
            )
        case "--url", "--base-url", "--endpoint", "--destination":
            let flag = Flags.to.declaration
            return (flag, "\(flag.spelling) says where messages go")
        case "--workers", "--threads", "--parallel", "--jobs":
            let flag = Flags.concurrency.declaration
            return (flag, "\(flag.spelling) says how many requests are under way at once")
        case "--insecure", "--no-verify":
            let flag = Flags.caCert.declaration
            return (
                flag, "certificates are always verified; \(flag.spelling) adds an authority"
            )
        case "--config":
            let flag = Flags.rate.declaration
            return (
                flag, "flags can be set by variables, such as \(flag.variable(for: .send))"
            )
        default: return nil
        }
    }
}

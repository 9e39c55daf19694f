/// Flags that people know from other programs, and what stands for them here.
enum ExpectedFlags {
    /// What to do instead; nil if the flag is not one of these.
    static func hint(for spelling: String) -> String? {
        switch spelling {
        case "--resume", "--continue":
            "a run that stopped goes on when the same command is run again"
        case "--dry-run": "'hookbatch check' sends nothing, and shows what would be sent"
        case "--api-key", "--key", "--token", "--password":
            "the key comes from the variable HOOKSTREAM_API_KEY or from a file "
                + "(\(Flags.apiKeyFile.declaration.spelling)), since others can see a command line"
        case "--url", "--base-url", "--endpoint", "--destination":
            "\(Flags.to.declaration.spelling) says where messages go"
        case "--workers", "--threads", "--parallel", "--jobs":
            "\(Flags.concurrency.declaration.spelling) says how many requests are under way at once"
        case "--insecure", "--no-verify":
            "certificates are always verified; \(Flags.caCert.declaration.spelling) adds an authority"
        case "--config":
            "each flag can be set by a variable, such as "
                + Flags.rate.declaration.variable(for: .send)
        default: nil
        }
    }
}

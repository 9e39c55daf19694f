/// Common flags of other programs, with the equivalent here.
enum ExpectedFlags {
    /// Returns the alternative; nil for other flags, or if the command has no equivalent.
    static func hint(for spelling: String, of command: Command) -> String? {
        guard let (flag, hint) = hint(for: spelling) else { return nil }
        return flag.map { $0.commands.contains(command) } ?? true ? hint : nil
    }

    /// Returns the flag that a hint names, if any, and the hint.
    private static func hint(for spelling: String) -> (FlagDeclaration?, String)? {
        switch spelling {
        case "--resume", "--continue":
            return (nil, "run the same command again to resume a stopped run")
        case "--dry-run":
            return (nil, "use 'hookbatch check': it shows what would be sent")
        case "--api-key", "--key", "--token", "--password":
            let flag = Flags.destination.apiKeyFile.declaration
            return (
                flag,
                "use the variable HOOKSTREAM_API_KEY or \(flag.spelling): other users can see a "
                    + "command line"
            )
        case "--url", "--base-url", "--endpoint", "--destination":
            let flag = Flags.destination.to.declaration
            return (flag, "use \(flag.spelling) to set the destination")
        case "--port", "-p", "--host", "--bind", "--address", "--addr":
            let flag = Flags.serve.listen.declaration
            return (
                flag, "use \(flag.spelling) ADDRESS:PORT (example: \(flag.spelling) 127.0.0.1:4010)"
            )
        case "-H", "--headers":
            let flag = Flags.connection.header.declaration
            return (flag, "use \(flag.spelling) to add a header field")
        case "--workers", "--threads", "--parallel", "--jobs":
            let flag = Flags.pace.concurrency.declaration
            return (flag, "use \(flag.spelling) to set the maximum concurrent requests")
        case "--insecure", "--no-verify":
            let flag = Flags.connection.caCert.declaration
            return (
                flag,
                "certificates are always verified; \(flag.spelling) adds a certificate authority"
            )
        case "--filter", "--include", "--where":
            let flag = Flags.selection.only.declaration
            return (flag, "use \(flag.spelling) to select records")
        case "--exclude":
            let flag = Flags.selection.except.declaration
            return (flag, "use \(flag.spelling) to leave records out")
        case "--output", "-o", "--out":
            let flag = Flags.files.report.declaration
            return (flag, "use \(flag.spelling) to set the path of the report")
        case "--log", "--log-file", "--logfile":
            let flag = Flags.files.report.declaration
            return (
                flag,
                "messages go to standard error (add 2>>FILE); \(flag.spelling) sets the path of the "
                    + "report"
            )
        case "--app", "--app-id", "--application":
            let flag = Flags.selection.only.declaration
            return (flag, "use \(flag.spelling) appId=ID to select the records of an application")
        case "--from", "--start", "--begin":
            let flag = Flags.selection.since.declaration
            return (flag, "use \(flag.spelling) to leave out earlier records")
        case "--end":
            let flag = Flags.selection.until.declaration
            return (flag, "use \(flag.spelling) to leave out later records")
        case "--encoding", "--charset":
            let flag = Flags.input.format.declaration
            return (
                flag, "text is UTF-8; convert it first (iconv -f WINDOWS-1252 -t UTF-8 FILE >NEW)"
            )
        case "--separator", "--sep":
            let flag = Flags.input.delimiter.declaration
            return (flag, "use \(flag.spelling) to set the character between CSV cells")
        case "--key-file", "--token-file":
            let flag = Flags.destination.apiKeyFile.declaration
            return (flag, "use \(flag.spelling) to name the file of the API key")
        case "--force", "--overwrite":
            let flag = Flags.files.fresh.declaration
            return (
                flag,
                "\(flag.spelling) archives the files of the earlier run, and sends everything again"
            )
        case "--config":
            let flag = Flags.pace.rate.declaration
            return (
                flag, "variables can set flags, for example \(flag.variable(for: .send))"
            )
        default: return nil
        }
    }
}

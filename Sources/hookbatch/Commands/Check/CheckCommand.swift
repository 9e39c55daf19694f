import Glibc

/// `hookbatch check`: reads as `send` would, and counts. No network, and no file is left.
enum CheckCommand {
    /// Reads all inputs to their ends. Throws if one can't be read; nothing is known then.
    static func run(_ options: CheckOptions) throws(CheckError) -> CheckPlan {
        // All are opened first: a wrong name is told before the first one has been read for hours.
        let files: [InputFile]
        do { files = try InputFile.open(all: options.input.paths) } catch { throw .input(error) }
        // A temporary file that may not grow is told, instead of ending the process.
        _ = signal(SIGXFSZ, SIG_IGN)
        var reading = CheckReading(options)
        for file in files { try reading.read(file) }
        return try reading.finish()
    }
}

import Glibc
import Sending

/// `hookbatch check`: reads as `send` does, and counts. It uses no network and leaves no files.
enum CheckCommand {
    /// Reads all inputs to their ends. Throws if one can't be read.
    static func run(_ options: CheckOptions) throws(CheckError) -> CheckPlan {
        // Opens all inputs first, to report a wrong name at once.
        let files: [InputFile]
        do {
            files = try InputFile.open(
                all: options.input.paths,
                maxOpen: OpenFileLimit.connections(upTo: options.input.paths.count))
        } catch {
            throw .input(error)
        }
        // A temporary file at its size limit is an error, and does not end the process.
        _ = signal(SIGXFSZ, SIG_IGN)
        var reading = CheckReading(options)
        for file in files { try reading.read(file) }
        return try reading.finish()
    }
}

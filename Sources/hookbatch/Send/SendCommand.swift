/// `hookbatch send`: reads, sends, records, until every line has its outcome or the run stops.
enum SendCommand {
    static func run(_ options: SendOptions) -> ExitStatus {
        Terminal.say("internal error: this build can't send")
        return .internalError
    }
}

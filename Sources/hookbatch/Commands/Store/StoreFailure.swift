import Destinations
import Glibc

/// What went wrong with a store or a server, in words.
enum StoreFailure {
    static func text(_ error: DestinationError) -> String {
        switch error {
        case .system(let call, ENOENT) where call.hasPrefix("open("):
            let path = String(call.dropFirst("open(".count).dropLast())
            return "the store \(Shown.quoted(path)) or its folder does not exist; choose another "
                + "with --store"
        case .system(let call, let number):
            return "\(Shown.escaped(call)): \(SystemMessage.text(number))"
        case .sqlite(let path, _, let message):
            return "\(Shown.escaped(path)): \(Shown.escaped(message))"
        case .notAStore(let path, let reason):
            return "\(Shown.escaped(path)) is not a hookbatch store: \(Shown.escaped(reason))"
        case .libcurl(let reason): return Shown.escaped(reason)
        case .setting(let flag, let reason): return "\(flag): \(Shown.escaped(reason))"
        }
    }

    /// A file that is not there or not a store, or an address that can't be listened on, is a wrong
    /// name; all else is a file that fails.
    static func exitStatus(_ error: DestinationError) -> ExitStatus {
        switch error {
        case .notAStore, .setting: .usage
        case .system(let call, ENOENT) where call.hasPrefix("open("): .usage
        case .system(let call, _) where call.hasPrefix("bind("): .usage
        case .system, .sqlite, .libcurl: .fileError
        }
    }
}

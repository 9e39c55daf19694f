import Destinations
import Glibc
import Platform

/// Messages for errors of a store or a server.
enum StoreFailure {
    static func text(_ error: DestinationError) -> String {
        switch error {
        case .system(let call, ENOENT) where call.hasPrefix("open("):
            let path = String(call.dropFirst("open(".count).dropLast())
            return
                "the store \(Escaping.quoted(path)) or its folder does not exist; choose another "
                + "with --store"
        case .system(let call, let number) where call.hasPrefix("bind("):
            let address = String(call.dropFirst("bind(".count).dropLast())
            return "can't listen on \(Escaping.escaped(address)): \(SystemError.text(of: number))"
                + "; \(advice(onAddress: address, number))"
        case .system(let call, let number):
            return "\(Escaping.escaped(call)): \(SystemError.text(of: number))"
        case .report(let error): return Escaping.escaped(error.message)
        case .sqlite(let path, _, let message):
            return "\(Escaping.escaped(path)): \(Escaping.escaped(message))"
        case .notAStore(let path, let reason):
            return "\(Escaping.escaped(path)) is not a hookbatch store: \(Escaping.escaped(reason))"
        case .unsafeFile(let path, let hazard): return "\(Escaping.quoted(path)) \(hazard.text)"
        case .sqliteLibrary(let reason): return "SQLite can't be used: \(Escaping.escaped(reason))"
        case .libcurl(let reason): return Escaping.escaped(reason)
        case .setting(let flag, let reason): return "\(flag): \(Escaping.escaped(reason))"
        }
    }

    /// Returns what to do if a server can't have its address.
    ///
    /// - Parameter number: The value of `errno`.
    private static func advice(onAddress address: String, _ number: Int32) -> String {
        let flag = Flags.serve.listen.declaration.spelling
        let colon = address.lastIndex(of: ":") ?? address.endIndex
        let (host, port) = (address[..<colon], address[colon...].dropFirst())
        return switch number {
        case EADDRINUSE:
            "another process has the port (ss -ltnp 'sport = :\(port)' shows it): stop it, or choose "
                + "another port, such as \(flag) \(Escaping.escaped(String(host))):0 for a free one"
        case EACCES:
            "choose a port from 1024 on with \(flag); lower ones need the right to bind them"
        default: "choose another address with \(flag)"
        }
    }

    /// Returns a usage error for a wrong path or address, else a file error.
    static func exitStatus(_ error: DestinationError) -> ExitStatus {
        switch error {
        case .notAStore, .unsafeFile, .setting, .sqliteLibrary: .usage
        case .system(let call, ENOENT) where call.hasPrefix("open("): .usage
        case .system(let call, _) where call.hasPrefix("bind("): .usage
        case .system, .report, .sqlite, .libcurl: .fileError
        }
    }
}

import Glibc

/// The limit of open files of the process.
enum OpenFileLimit {
    /// Other descriptors of `serve`: standard streams, the database's files, the poller, and
    /// rejected connections.
    private static let others = 128
    private static let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    /// Raises the limit for `wanted` connections, or files to read, as far as the system allows.
    /// Returns how many fit.
    static func connections(upTo wanted: Int) -> Int {
        guard let limit = raised(to: wanted + others) else { return wanted }
        return max(1, min(wanted, limit - others))
    }

    /// Raises the limit to `needed` as far as the system allows. Returns the limit; nil if it is
    /// unknown.
    static func raised(to needed: Int) -> Int? {
        var limit = rlimit()
        guard getrlimit(files, &limit) == 0 else { return nil }
        if limit.rlim_cur < rlim_t(needed) {
            limit.rlim_cur = min(rlim_t(needed), limit.rlim_max)
            setrlimit(files, &limit)
            getrlimit(files, &limit)
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// Counts the open descriptors of a range.
    static func openCount(_ range: Range<Int>) -> Int {
        range.count { fcntl(Int32(clamping: $0), F_GETFD) != -1 }
    }
}

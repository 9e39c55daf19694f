import Glibc

/// The limit of open files of the process.
enum OpenFileLimit {
    /// Other descriptors: standard streams, the database's files, the poller, and rejected
    /// connections.
    private static let others = 128
    private static let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    /// Raises the limit for `wanted` connections as far as the system allows. Returns how many
    /// connections fit.
    static func connections(upTo wanted: Int) -> Int {
        var limit = rlimit()
        guard getrlimit(files, &limit) == 0 else { return wanted }
        let needed = rlim_t(wanted + others)
        if limit.rlim_cur < needed {
            limit.rlim_cur = min(needed, limit.rlim_max)
            setrlimit(files, &limit)
            getrlimit(files, &limit)
        }
        return max(1, min(wanted, Int(clamping: limit.rlim_cur) - others))
    }
}

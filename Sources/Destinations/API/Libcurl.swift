import CCurl
import Glibc

/// The libcurl of this process, loaded and initialised once.
enum Libcurl {
    /// Older versions lack `CURLOPT_QUICK_EXIT` and leak descriptors when a handle is reused.
    private static let oldest = UInt32(HB_CURL_VERSION_7_87)

    /// Loads and initialises libcurl at the first call: 5–15 ms, about 9 MB with its libraries.
    ///
    /// - Throws: `.libcurl` if it is missing, too old, or lacks a feature.
    static func require(tls: Bool) throws(DestinationError) {
        if let loadFailure {
            throw .libcurl(
                reason: "it can't be loaded (\(loadFailure)); install it (libcurl4 on Debian and "
                    + "Ubuntu), or use --to store:PATH")
        }
        if initialised != HB_CURLE_OK {
            throw .libcurl(reason: "curl_global_init failed with code \(initialised)")
        }
        guard let info = hb_curl_version_info(0)?.pointee else {
            throw .libcurl(reason: "its version is unknown")
        }
        if info.version_num < oldest {
            let found = info.version.map { String(cString: $0) } ?? "unknown"
            throw .libcurl(
                reason: "version \(found) is too old; sending to the API needs 7.87.0 or newer")
        }
        if tls && info.features & HB_CURL_FEATURE_SSL == 0 {
            throw .libcurl(reason: "it was built without TLS, which https:// needs")
        }
    }

    // A static `let` is evaluated once, on the first thread that needs it.

    private static let loadFailure = hb_curl_load().map { String(cString: $0) }

    private static let initialised: Int32 = {
        // A closed peer must be an error of the send, not a signal that ends the program.
        signal(SIGPIPE, SIG_IGN)
        return hb_curl_global_init(CLong(HB_CURL_GLOBAL_ALL))
    }()
}

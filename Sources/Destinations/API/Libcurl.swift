import CCurl
import Glibc

/// The libcurl of this process, loaded and initialised once.
enum Libcurl {
    /// The version of RHEL 9. Older ones were not tried, or lack a function.
    private static let oldest = UInt32(HB_CURL_VERSION_7_76_1)

    /// Loads and initialises libcurl at the first call: 5–15 ms, about 9 MB with its libraries.
    ///
    /// - Throws: `.libcurl` if it is missing, too old, of a kind that crashes, or lacks a feature.
    static func require(tls: Bool) throws(DestinationError) -> LibcurlGaps {
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
            throw .libcurl(
                reason: "version \(text(info.version) ?? "unknown") is too old; sending to the API "
                    + "needs 7.76.1 or newer")
        }
        let library = text(info.ssl_version)
        if let library, LibcurlGaps.uses("NSS", of: library) {
            throw .libcurl(
                reason: "it was built with \(library), with which it crashes; install a libcurl "
                    + "that was built with OpenSSL or GnuTLS")
        }
        if tls && info.features & HB_CURL_FEATURE_SSL == 0 {
            throw .libcurl(reason: "it was built without TLS, which https:// needs")
        }
        return LibcurlGaps(version: info.version_num, tls: library)
    }

    /// The version that can be loaded and its TLS library, as it names them; nil without one.
    static var versions: (libcurl: String, tls: String?)? {
        guard loadFailure == nil, let info = hb_curl_version_info(0)?.pointee else { return nil }
        return text(info.version).map { ($0, text(info.ssl_version)) }
    }

    private static func text(_ words: UnsafePointer<CChar>?) -> String? {
        words.map { String(cString: $0) }
    }

    // A static `let` is evaluated once, on the first thread that needs it.

    private static let loadFailure = hb_curl_load().map { String(cString: $0) }

    private static let initialised: Int32 = {
        // A closed peer must be an error of the send, not a signal that ends the program.
        signal(SIGPIPE, SIG_IGN)
        return hb_curl_global_init(CLong(HB_CURL_GLOBAL_ALL))
    }()
}

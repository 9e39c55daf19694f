import CCurl

/// What a version of libcurl does not do by itself, so that the connector does it.
struct LibcurlGaps: Equatable {
    /// Before 7.85: a connection that was removed stays open. libcurl closes the oldest ones when the
    /// limit of connections to a host is reached.
    let keepsRemoved: Bool
    /// Before 7.87: the file of trusted certificates is parsed for each connection.
    let rereadsCertificates: Bool
    /// Before 7.87: the end of a connect waits for its name lookup, also at its timeout.
    let waitsForLookups: Bool

    /// - Parameter version: As libcurl has it, such as 0x075700 for 7.87.0.
    init(version: UInt32) {
        keepsRemoved = version < HB_CURL_VERSION_7_85
        rereadsCertificates = version < HB_CURL_VERSION_7_87
        waitsForLookups = version < HB_CURL_VERSION_7_87
    }
}

import CCurl

/// The trusted certificates, read by the first connection and used by all later ones.
///
/// For a libcurl that would read them for each connection. They are verified as they would be then.
/// It must outlive the handles that it is added to.
final class SharedCertificates {
    private let trust: OpaquePointer

    /// Nil if connections read their certificates themselves: without TLS, with a proxy over TLS,
    /// which has other ones, or with a TLS library other than a known OpenSSL.
    init?(settings: APISettings) {
        guard settings.usesTLS, !settings.mayUseTLSProxy, let easy = hb_curl_easy_init() else {
            return nil
        }
        defer { hb_curl_easy_cleanup(easy) }
        guard let trust = hb_curl_trust_create() else { return nil }
        guard hb_curl_trust_add(trust, easy) == HB_CURLE_OK else {
            hb_curl_trust_free(trust)
            return nil
        }
        self.trust = trust
    }

    deinit { hb_curl_trust_free(trust) }

    /// Adds the certificates to a handle. Returns libcurl's code.
    func add(to easy: OpaquePointer) -> Int32 { hb_curl_trust_add(trust, easy) }

    /// Keeps a handle from reading the certificates if they have been read.
    func skipReading(_ easy: OpaquePointer) {
        guard hb_curl_trust_is_read(trust) != 0 else { return }
        _ = hb_curl_setopt_string(easy, HB_CURLOPT_CAINFO, nil)
    }
}

import CCurl
import HTTP

/// The options of a handle.
extension Connector {
    /// Sets all options; returns the code of the first one that failed, or nil.
    func setUp(_ easy: OpaquePointer, index: Int) -> Int32? {
        var numbers: [(Int32, Int)] = [
            (HB_CURLOPT_CONNECT_ONLY, 1),
            (HB_CURLOPT_NOSIGNAL, 1),
            // With any other version ALPN may choose HTTP/2.
            (HB_CURLOPT_HTTP_VERSION, Int(HB_CURL_HTTP_VERSION_1_1)),
            (HB_CURLOPT_CONNECTTIMEOUT_MS, libcurlTimeout),
            (HB_CURLOPT_HTTPPROXYTUNNEL, 1),
            (HB_CURLOPT_TCP_KEEPALIVE, 1),
            // The connections use all addresses of a name.
            (HB_CURLOPT_DNS_SHUFFLE_ADDRESSES, 1),
        ]
        // A pending name lookup must not delay the end of the program.
        if !gaps.waitsForLookups { numbers.append((HB_CURLOPT_QUICK_EXIT, 1)) }
        for (option, value) in numbers {
            let code = hb_curl_setopt_long(easy, option, value)
            if code != HB_CURLE_OK { return code }
        }
        var strings: [(Int32, String?)] = [
            (HB_CURLOPT_URL, settings.base.connectURL),
            // A folder of certificates is read again for every connection (31 ms and 832 KB each);
            // the bundle is read once.
            (HB_CURLOPT_CAPATH, nil),
        ]
        if let path = settings.caCertificatePath { strings.append((HB_CURLOPT_CAINFO, path)) }
        if let path = settings.clientCertificatePath { strings.append((HB_CURLOPT_SSLCERT, path)) }
        if let path = settings.clientKeyPath { strings.append((HB_CURLOPT_SSLKEY, path)) }
        if settings.base.isLoopback {
            // An empty name disables the environment's proxies too.
            strings.append((HB_CURLOPT_PROXY, ""))
        } else if let proxy = settings.proxy {
            strings.append((HB_CURLOPT_PROXY, proxy))
        }
        for (option, value) in strings {
            let code = hb_curl_setopt_string(easy, option, value)
            if code != HB_CURLE_OK { return code }
        }
        if let code = certificates?.add(to: easy), code != HB_CURLE_OK { return code }
        return hb_curl_setopt_pointer(
            easy, HB_CURLOPT_PRIVATE, UnsafeMutableRawPointer(bitPattern: index)) == HB_CURLE_OK
            ? nil : HB_CURLE_FAILED_INIT
    }
}

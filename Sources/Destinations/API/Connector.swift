import CCurl
import CPosix
import HTTP
import Platform
import Time

/// libcurl's multi handle, which opens connections without blocking the run.
///
/// It resolves names, tries addresses, and handles proxies and TLS.
final class Connector {
    /// The result of a connect.
    enum Outcome {
        case connected
        /// libcurl dropped the connection before its first use; not a failure.
        case pruned
        case failed(ConnectFailure)
    }

    /// The number of connects in flight.
    var inFlight: Int { connecting.count }
    /// The connects in flight, oldest first.
    private var connecting: [APIConnection] = []
    private let timeout: Int64
    /// More than any pause, in milliseconds: 23 days.
    private static let muchTime = 2_000_000_000
    private let multi: OpaquePointer
    private let settings: APISettings
    /// Whether connects are made through a proxy.
    let usesProxy: Bool
    private var isClosed = false

    /// Creates the multi handle; `settings` are validated.
    init(settings: APISettings) throws(DestinationError) {
        try Libcurl.require(tls: settings.usesTLS)
        guard let multi = hb_curl_multi_init() else {
            throw .libcurl(reason: "curl_multi_init failed")
        }
        self.multi = multi
        self.settings = settings
        usesProxy = settings.usesProxy
        timeout = settings.connectTimeout.wholeNanoseconds
    }

    /// Makes a connection object with a configured handle, not yet connecting.
    func makeConnection(index: Int) throws(DestinationError) -> APIConnection {
        guard let easy = hb_curl_easy_init() else {
            throw .libcurl(reason: "curl_easy_init failed")
        }
        if let code = setUp(easy, index: index) {
            hb_curl_easy_cleanup(easy)
            throw .libcurl(reason: "curl_easy_setopt failed with code \(code)")
        }
        return APIConnection(index: index, easy: easy)
    }

    /// Begins to connect.
    func begin(_ connection: APIConnection, now: Instant) throws(DestinationError) {
        precondition(connection.state == .closed, "a connect over a connection")
        if connection.hasMoreTime {
            connection.hasMoreTime = false
            setTimeout(of: connection, milliseconds: settings.connectTimeout.wholeMilliseconds)
        }
        connection.connectDeadline = now.advanced(byNanoseconds: timeout)
        try check(hb_curl_multi_add_handle(multi, connection.easy), "curl_multi_add_handle")
        connection.state = .connecting
        connecting.append(connection)
    }

    /// Moves the connects along without waiting. `closeLate` ends those that took too long.
    ///
    /// libcurl judges their time before it reads. After a pause of the process it would close a
    /// connection that was established in time, so it gets more of it.
    func perform(now: Instant) throws(DestinationError) {
        for connection in connecting
        where connection.connectDeadline <= now && !connection.hasMoreTime {
            connection.hasMoreTime = true
            setTimeout(of: connection, milliseconds: Self.muchTime)
        }
        var running: Int32 = 0
        try check(hb_curl_multi_perform(multi, &running), "curl_multi_perform")
    }

    /// The next connect that ended since `perform`: the connection's index and the outcome. A
    /// failed one has been taken out of the multi handle already.
    func nextEnded(
        _ connection: (Int) -> APIConnection
    ) throws(DestinationError) -> (APIConnection, Outcome)? {
        while true {
            var queued: Int32 = 0
            guard let message = hb_curl_multi_info_read(multi, &queued) else { return nil }
            if message.pointee.kind != HB_CURLMSG_DONE { continue }
            // Removing the handle frees the message.
            let result = message.pointee.data.result
            let easy = OpaquePointer(message.pointee.easy)
            var index: UnsafeMutableRawPointer?
            _ = hb_curl_getinfo_pointer(easy, HB_CURLINFO_PRIVATE, &index)
            let ended = connection(Int(bitPattern: index))
            precondition(ended.state == .connecting, "the end of a connect that is not in flight")
            return (ended, try finish(ended, result: result))
        }
    }

    /// Aborts a connect that took too long and returns its connection; nil if none did.
    func closeLate(now: Instant) -> APIConnection? {
        guard let connection = connecting.first, connection.connectDeadline <= now else {
            return nil
        }
        close(connection)
        return connection
    }

    private func setTimeout(of connection: APIConnection, milliseconds: Int) {
        _ = hb_curl_setopt_long(connection.easy, HB_CURLOPT_CONNECTTIMEOUT_MS, milliseconds)
    }

    private func removeConnecting(_ connection: APIConnection) {
        connecting.removeAll { $0 === connection }
    }

    /// Waits for progress of a connect or for `poller` to be readable, at most `milliseconds`.
    func wait(besides poller: Int32, milliseconds: Int32) throws(DestinationError) {
        var extra = hb_curl_waitfd(fd: poller, events: Int16(HB_CURL_WAIT_POLLIN), revents: 0)
        var ready: Int32 = 0
        try check(hb_curl_multi_poll(multi, &extra, 1, milliseconds, &ready), "curl_multi_poll")
    }

    /// Closes a connection or aborts its connect.
    func close(_ connection: APIConnection) {
        if connection.state == .closed { return }
        if connection.state == .connecting { removeConnecting(connection) }
        // Removing the handle closes the connection: nothing else may use it.
        hb_curl_multi_remove_handle(multi, connection.easy)
        connection.becomeClosed()
    }

    /// Frees all handles. `connections` must be complete; none may be used afterwards.
    func close(all connections: [APIConnection]) {
        if isClosed { return }
        isClosed = true
        for connection in connections {
            close(connection)
            hb_curl_easy_cleanup(connection.easy)
        }
        hb_curl_multi_cleanup(multi)
    }

    private func finish(
        _ connection: APIConnection, result: Int32
    ) throws(DestinationError) -> Outcome {
        if result == HB_CURLE_OK {
            var descriptor: Int32 = -1
            _ = hb_curl_getinfo_socket(connection.easy, HB_CURLINFO_ACTIVESOCKET, &descriptor)
            if descriptor < 0 {
                close(connection)
                return .pruned
            }
            removeConnecting(connection)
            connection.state = .idle
            connection.becomeConnected(descriptor: descriptor)
            _ = hb_close_on_exec(descriptor)
            return .connected
        }
        let codes = ConnectFailure.Codes(
            result: result,
            osError: SystemError.descriptorShortage
                ?? Int32(truncatingIfNeeded: info(connection, HB_CURLINFO_OS_ERRNO)),
            proxyStatus: info(connection, HB_CURLINFO_HTTP_CONNECTCODE),
            verification: info(connection, HB_CURLINFO_SSL_VERIFYRESULT), usesProxy: usesProxy)
        close(connection)
        return .failed(try ConnectFailure(codes))
    }

    private func info(_ connection: APIConnection, _ info: Int32) -> Int {
        var value = 0
        _ = hb_curl_getinfo_long(connection.easy, info, &value)
        return value
    }

    /// Sets all options; returns the code of the first one that failed, or nil.
    private func setUp(_ easy: OpaquePointer, index: Int) -> Int32? {
        let numbers: [(Int32, Int)] = [
            (HB_CURLOPT_CONNECT_ONLY, 1),
            (HB_CURLOPT_NOSIGNAL, 1),
            // With any other version ALPN may choose HTTP/2.
            (HB_CURLOPT_HTTP_VERSION, Int(HB_CURL_HTTP_VERSION_1_1)),
            // A pending name lookup must not delay the end of the program.
            (HB_CURLOPT_QUICK_EXIT, 1),
            (HB_CURLOPT_CONNECTTIMEOUT_MS, settings.connectTimeout.wholeMilliseconds),
            (HB_CURLOPT_HTTPPROXYTUNNEL, 1),
            (HB_CURLOPT_TCP_KEEPALIVE, 1),
        ]
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
        return hb_curl_setopt_pointer(
            easy, HB_CURLOPT_PRIVATE, UnsafeMutableRawPointer(bitPattern: index)) == HB_CURLE_OK
            ? nil : HB_CURLE_FAILED_INIT
    }

    private func check(_ code: Int32, _ call: StaticString) throws(DestinationError) {
        if code != HB_CURLM_OK { throw .libcurl(reason: "\(call) failed with code \(code)") }
    }
}

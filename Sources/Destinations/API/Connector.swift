import CCurl
import CPosix
import Glibc
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
    let settings: APISettings
    /// What this libcurl does not do by itself.
    let gaps: LibcurlGaps
    /// The trusted certificates of all connections; nil if libcurl deals with them.
    let certificates: SharedCertificates?
    /// The number of handles that stay in the multi handle until their name lookups end.
    private var lookups = 0
    /// More lookups than these are waited for: each has a thread. Arbitrary.
    private static let maxLookups = 64
    /// The private data of a handle that stays only until its lookup ends.
    private static let leftHandle = -1
    private var lookupLimit = LookupLimit()
    /// Whether connects are made through a proxy.
    let usesProxy: Bool
    private var isClosed = false

    /// Creates the multi handle; `settings` are validated.
    init(settings: APISettings) throws(DestinationError) {
        gaps = try Libcurl.require(tls: settings.usesTLS)
        guard let multi = hb_curl_multi_init() else {
            throw .libcurl(reason: "curl_multi_init failed")
        }
        self.multi = multi
        self.settings = settings
        usesProxy = settings.usesProxy
        timeout = settings.connectTimeout.wholeNanoseconds
        certificates = gaps.rereadsCertificates ? SharedCertificates(settings: settings) : nil
        limitHostConnections()
    }

    /// libcurl's own time for a connect, in milliseconds. A libcurl that waits for a lookup even
    /// then gets more than it needs: `closeLate` ends the connect in time.
    var libcurlTimeout: Int {
        gaps.waitsForLookups ? Self.muchTime : settings.connectTimeout.wholeMilliseconds
    }

    /// When the next connect has taken too long; nil if libcurl reports that in time.
    var nextDeadline: Instant? {
        gaps.waitsForLookups ? connecting.first?.connectDeadline : nil
    }

    /// Makes a connection object with a configured handle, not yet connecting.
    func makeConnection(index: Int) throws(DestinationError) -> APIConnection {
        APIConnection(
            index: index, easy: try makeHandle(index: index),
            mayLeaveBytes: gaps.leavesBytesUnread)
    }

    private func makeHandle(index: Int) throws(DestinationError) -> OpaquePointer {
        guard let easy = hb_curl_easy_init() else {
            throw .libcurl(reason: "curl_easy_init failed")
        }
        if let code = setUp(easy, index: index) {
            hb_curl_easy_cleanup(easy)
            throw .libcurl(reason: "curl_easy_setopt failed with code \(code)")
        }
        return easy
    }

    /// Begins to connect.
    ///
    /// - Parameter configure: sets options of the handle for this connect; returns libcurl's code.
    func begin(
        _ connection: APIConnection, now: Instant, configure: ((OpaquePointer) -> Int32)? = nil
    ) throws(DestinationError) {
        precondition(connection.state == .closed, "a connect over a connection")
        if connection.hasLeftHandle {
            connection.replaceHandle(try makeHandle(index: connection.index))
        }
        if connection.hasMoreTime {
            connection.hasMoreTime = false
            setTimeout(of: connection, milliseconds: libcurlTimeout)
        }
        certificates?.skipReading(connection.easy)
        if let code = configure?(connection.easy), code != HB_CURLE_OK {
            throw .libcurl(reason: "curl_easy_setopt failed with code \(code)")
        }
        _ = hb_curl_setopt_long(
            connection.easy, HB_CURLOPT_DNS_CACHE_TIMEOUT, lookupLimit.cacheSeconds(now: now))
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
            if Int(bitPattern: index) == Self.leftHandle {
                freeLeft(easy)
                continue
            }
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
        lookupLimit.recordLateConnect(now: now)
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
        if connection.state == .connecting, isLookingUp(connection) {
            removeConnecting(connection)
            leaveHandle(of: connection)
            connection.becomeClosed()
            return
        }
        // The peer gets its end now, and libcurl sees that it is dead.
        if gaps.keepsRemoved, connection.descriptor >= 0 {
            shutdown(connection.descriptor, CInt(SHUT_RDWR))
        }
        remove(connection)
    }

    private func remove(_ connection: APIConnection) {
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
            if !connection.hasLeftHandle { hb_curl_easy_cleanup(connection.easy) }
        }
        // It would wait for the lookups. The end of the process ends them.
        if lookups == 0 { hb_curl_multi_cleanup(multi) }
    }

    private func finish(
        _ connection: APIConnection, result: Int32
    ) throws(DestinationError) -> Outcome {
        if result == HB_CURLE_OK {
            var descriptor: Int32 = -1
            _ = hb_curl_getinfo_socket(connection.easy, HB_CURLINFO_ACTIVESOCKET, &descriptor)
            if descriptor < 0 {
                remove(connection)
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
            verification: info(connection, HB_CURLINFO_SSL_VERIFYRESULT), usesProxy: usesProxy,
            usesSystemCertificates: settings.caCertificatePath == nil)
        remove(connection)
        return .failed(try ConnectFailure(codes))
    }

    private func info(_ connection: APIConnection, _ info: Int32) -> Int {
        var value = 0
        _ = hb_curl_getinfo_long(connection.easy, info, &value)
        return value
    }

    private func check(_ code: Int32, _ call: StaticString) throws(DestinationError) {
        if code != HB_CURLM_OK { throw .libcurl(reason: "\(call) failed with code \(code)") }
    }
}

/// Lookups that end later than their connects, for a libcurl whose removal of a handle waits for them.
extension Connector {
    /// Whether removing the handle of a connect would wait for its name lookup.
    private func isLookingUp(_ connection: APIConnection) -> Bool {
        guard gaps.waitsForLookups, lookups < Self.maxLookups else { return false }
        var microseconds: Int64 = 0
        _ = hb_curl_getinfo_offset(
            connection.easy, HB_CURLINFO_NAMELOOKUP_TIME_T, &microseconds)
        return microseconds == 0
    }

    /// Lets the handle of a connect stay in the multi handle until its lookup ends.
    private func leaveHandle(of connection: APIConnection) {
        _ = hb_curl_setopt_pointer(
            connection.easy, HB_CURLOPT_PRIVATE,
            UnsafeMutableRawPointer(bitPattern: Self.leftHandle))
        connection.leaveHandle()
        lookups += 1
        limitHostConnections()
    }

    private func freeLeft(_ easy: OpaquePointer?) {
        hb_curl_multi_remove_handle(multi, easy)
        hb_curl_easy_cleanup(easy)
        lookups -= 1
        limitHostConnections()
    }

    /// Makes libcurl close removed connections before there are more than the settings allow. The
    /// live ones are never more, so that none waits for another.
    private func limitHostConnections() {
        guard gaps.keepsRemoved else { return }
        _ = hb_curl_multi_setopt_long(
            multi, HB_CURLMOPT_MAX_HOST_CONNECTIONS, settings.maxConnections + lookups)
    }
}

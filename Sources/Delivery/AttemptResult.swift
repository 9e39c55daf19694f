/// The end of one attempt, as a destination reports it.
///
/// It is what was sent and what was received, a plain value without interpretation; `Fate` has its meaning.
package struct AttemptResult: Hashable, Sendable {
    /// Whether a byte of the request may have left.
    package var requestBegan: Bool
    /// The head of the final response, nil without a complete one.
    package var response: Response?
    /// Why there is no complete response to the whole request, nil if there is one.
    package var failure: TransportFailure?
    /// Why a failed connect needs a person; nil if it does not, or there was none.
    package var connectRefusal: ConnectRefusal?

    package init(
        requestBegan: Bool, response: Response? = nil, failure: TransportFailure? = nil,
        connectRefusal: ConnectRefusal? = nil
    ) {
        self.requestBegan = requestBegan
        self.response = response
        self.failure = failure
        self.connectRefusal = connectRefusal
    }

    /// The failure that is the attempt's error; nil if the status of the response is.
    ///
    /// A refusal is named by its status, even if its body was cut off.
    package var errorFailure: TransportFailure? { Fate(self) == .refused ? nil : failure }

    /// Whether no server was found: the name does not resolve, or there is no connection.
    ///
    /// It may be there a minute later. A certificate or a response needs a person.
    package var foundNoServer: Bool {
        guard !requestBegan, connectRefusal == nil else { return false }
        switch failure {
        case .dns, .connect, .connectTimeout: return true
        default: return false
        }
    }

    /// What refuses a connection, and will refuse the next one too.
    package enum ConnectRefusal: Hashable, Sendable {
        /// The proxy does not tunnel to the server.
        case proxy
        /// No descriptor is left in this process.
        case descriptors
    }

    /// The head of a response, and what its body contains.
    package struct Response: Hashable, Sendable {
        /// The status code, 200 to 599 (interim responses are not reported).
        package var status: Int
        /// Whether the whole body was received.
        package var isComplete: Bool
        /// Whether the body has a `message.id`, as the API's successes do.
        package var hasMessageID: Bool
        /// `Retry-After` in seconds from the response's `Date`; nil if absent or invalid.
        ///
        /// It is never negative.
        package var retryAfterSeconds: Int64?

        package init(
            status: Int, isComplete: Bool = true, hasMessageID: Bool = false,
            retryAfterSeconds: Int64? = nil
        ) {
            self.status = status
            self.isComplete = isComplete
            self.hasMessageID = hasMessageID
            self.retryAfterSeconds = retryAfterSeconds
        }
    }
}

/// Why an exchange ended without a complete response.
///
/// The raw value is the row's stable `error` code.
package enum TransportFailure: String, Hashable, Sendable, CaseIterable {
    /// The name of the host or of the proxy did not resolve.
    case dns = "dns_error"
    /// No connection: refused, unreachable, or a proxy refused the tunnel.
    case connect = "connect_failed"
    /// The proxy refused the tunnel for its user or password (407).
    case proxyAuthentication = "proxy_authentication"
    /// No connection within the time for it.
    case connectTimeout = "connect_timeout"
    /// The TLS handshake failed.
    case tls = "tls_error"
    /// The server's certificate did not verify.
    case certificate = "certificate_error"
    /// No complete response within `--timeout`.
    case timeout = "timeout"
    /// The connection was reset or closed before a complete response.
    case connectionClosed = "connection_closed"
    /// The response is not HTTP/1.1, or its framing is unsafe (RFC 9112).
    case malformedResponse = "malformed_answer"
    /// The response's head exceeds the limit.
    case responseTooLarge = "answer_too_large"
    /// A success arrived before the whole request had left.
    case earlyResponse = "early_answer"
    /// The program aborted it, to stop at once.
    case aborted = "aborted"
}

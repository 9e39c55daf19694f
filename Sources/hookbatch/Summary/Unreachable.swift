import Delivery
import Destinations

/// Why a destination can't be reached, for the stop of a run.
struct Unreachable: Equatable, Sendable {
    var failure: TransportFailure
    /// The cause of the last failed connect, if that is the failure.
    var connect: ConnectFailure?
    /// The proxy's variable in the environment, without `--proxy`; nil if none is set.
    var variable: ProxyVariable?

    /// - Parameter connect: The cause of the last failed connect, of any failure.
    init(
        _ failure: TransportFailure, connect: ConnectFailure? = nil, variable: ProxyVariable? = nil
    ) {
        self.failure = failure
        self.connect = connect?.failure == failure ? connect : nil
        self.variable = variable
    }

    private var origin: ConnectFailure.Origin { connect?.origin ?? .server }

    /// The cause, to complete "stopped: …". "No connection" is never said of a server that sent
    /// something.
    var sentence: String {
        if let connect, connect.origin != .server || connect.certificateFailure != nil {
            return connect.detail
        }
        switch failure {
        case .dns: return "the host name does not resolve"
        case .certificate: return "the server's certificate could not be verified"
        case .tls: return "the TLS handshake failed"
        case .malformedResponse: return "the server's response is not valid HTTP/1.1\(code)"
        case .responseTooLarge: return "the server's response is too large\(code)"
        case .earlyResponse: return "the server responded before it had the whole request\(code)"
        case .connectionClosed:
            return "the server closed the connection before a complete response\(code)"
        case .timeout: return "no complete response within --timeout\(code)"
        case .connectTimeout: return "no connection to the API within --connect-timeout\(code)"
        case .connect, .proxyAuthentication, .aborted:
            let detail = connect.map { $0.detail == "no connection" ? "" : ": \($0.detail)" } ?? ""
            return "no connection to the API\(detail)\(code)"
        }
    }

    private var serverAdvice: String {
        switch connect?.certificateFailure {
        case .validity: return "check the clock of this machine; else the server needs a new one"
        case .host: return "check the host name in the URL of --to"
        case .client: return "use --client-cert"
        case .issuer, nil: break
        }
        switch failure {
        case .certificate:
            return "check the URL of --to, or add the certificate authority with --ca-cert"
        case .tls: return "check the scheme and the port in the URL of --to"
        default: return "check the URL of --to and the network"
        }
    }

    /// The cause of an outage of this length, to complete "stopped: …"; nil if the server is down.
    func outageSentence(_ length: Duration) -> String? {
        isServerDown ? nil : "no connection for \(length.shownExactly): \(sentence)"
    }

    /// What to do in an outage before a resume; nil if the server is down.
    var outageAdvice: String? {
        if isServerDown { return nil }
        return origin == .proxy
            ? "wait until the proxy works, or set another one with --proxy" : advice
    }

    /// Whether the server refuses connections or ignores them.
    private var isServerDown: Bool {
        guard origin == .server else { return false }
        switch failure {
        case .connect, .connectTimeout, .connectionClosed: return true
        default: return false
        }
    }

    private var code: String { " (\(failure.rawValue))" }

    /// Whether another URL of `--to` may be what is needed.
    var mayBeOtherURL: Bool { origin == .server && connect?.certificateFailure != .client }

    /// What to do before a resume.
    var advice: String {
        switch origin {
        case .descriptors: return "raise it, or lower --concurrency"
        case .proxy:
            if let variable { return "check \(variable.name), or set another proxy with --proxy" }
            return "check the URL of --proxy and "
                + (connect?.refusal == .proxy ? "the proxy's rules" : "the network")
        case .server: break
        }
        let check = serverAdvice
        guard let variable else { return check }
        return variable.isUsed
            ? "\(check); \(variable.name) is set: check it, or set another proxy with --proxy"
            : "\(check); \(variable.name) is not read: use --proxy"
    }
}

import Delivery
import Destinations

/// Why a destination never responded, for the stop of a run.
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
        if let connect, connect.origin != .server { return connect.detail }
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

    private var code: String { " (\(failure.rawValue))" }

    /// What to do before a resume.
    var advice: String {
        switch origin {
        case .descriptors: return "raise it, or lower --concurrency"
        case .proxy:
            return variable.map { "check \($0.name), or set another proxy with --proxy" }
                ?? "check the URL of --proxy and the proxy's rules"
        case .server: break
        }
        let check =
            failure == .certificate
            ? "check the URL of --to, or add the certificate authority with --ca-cert"
            : "check the URL of --to and the network"
        guard let variable else { return check }
        return variable.isUsed
            ? "\(check); \(variable.name) is set: check it, or set another proxy with --proxy"
            : "\(check); \(variable.name) is not read: use --proxy"
    }
}

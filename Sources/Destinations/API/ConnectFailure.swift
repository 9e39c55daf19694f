import CCurl
package import Delivery
import Glibc
import Platform

/// The cause of a failed connect, for the attempts that waited for it.
///
/// Derived from codes alone: libcurl's texts differ between versions and may contain a proxy's
/// credentials.
package struct ConnectFailure: Hashable, Sendable {
    /// Where the connect failed.
    package enum Origin: Hashable, Sendable {
        /// At the server, or on the way to it.
        case server
        /// At the proxy, or on the way to it.
        case proxy
        /// In this process or system, which has no descriptor left.
        case descriptors
    }

    /// What is wrong with a certificate.
    package enum CertificateFailure: Hashable, Sendable {
        /// It has expired, or is not valid yet.
        case validity
        /// It is for another host.
        case host
        /// Its authority is not trusted, or another rule is broken.
        case issuer
        /// The server asks for one of the client.
        case client
    }

    package var failure: TransportFailure
    package var origin: Origin
    /// The fault, if it is known to be of a certificate.
    package var certificateFailure: CertificateFailure?
    /// Why it needs a person; nil if it may pass.
    package var refusal: AttemptResult.ConnectRefusal?
    /// A sentence for the report.
    package var detail: String

    /// libcurl's codes for a failed connect.
    package struct Codes {
        /// The `CURLcode`.
        package var result: Int32
        /// `errno` of the last system call that failed, or 0; EMFILE or ENFILE if no descriptor
        /// is left.
        package var osError: Int32
        /// The proxy's response to `CONNECT`, or 0.
        package var proxyStatus: Int
        /// OpenSSL's verification result (`X509_V_ERR_…`), or 0.
        package var verification: Int
        /// Whether the connect was made through a proxy.
        package var usesProxy: Bool
        /// Whether the trusted certificates are the system's.
        package var usesSystemCertificates: Bool

        package init(
            result: Int32, osError: Int32 = 0, proxyStatus: Int = 0, verification: Int = 0,
            usesProxy: Bool = false, usesSystemCertificates: Bool = false
        ) {
            self.result = result
            self.osError = osError
            self.proxyStatus = proxyStatus
            self.verification = verification
            self.usesProxy = usesProxy
            self.usesSystemCertificates = usesSystemCertificates
        }
    }

    package init(_ failure: TransportFailure, _ detail: String, at origin: Origin = .server) {
        self.failure = failure
        self.detail = detail
        self.origin = origin
    }

    /// Creates the failure of a connect that took too long.
    package init(lateThroughProxy usesProxy: Bool) {
        if usesProxy {
            self.init(.connectTimeout, "the connection through the proxy took too long", at: .proxy)
        } else {
            self.init(.connectTimeout, "the connection took too long")
        }
    }

    /// Derives the cause.
    ///
    /// - Throws: The error that every later attempt would meet: a file or libcurl is unusable.
    package init(_ codes: Codes) throws(DestinationError) {
        if codes.osError == EMFILE || codes.osError == ENFILE {
            self.init(.connect, SystemError.text(of: codes.osError), at: .descriptors)
            // ENFILE is of the whole system, and passes.
            refusal = codes.osError == EMFILE ? .descriptors : nil
            return
        }
        switch codes.result {
        case HB_CURLE_COULDNT_RESOLVE_HOST:
            self.init(.dns, "the host's name does not resolve")
        case HB_CURLE_COULDNT_RESOLVE_PROXY:
            self.init(.dns, "the proxy's name does not resolve", at: .proxy)
        case HB_CURLE_OPERATION_TIMEDOUT:
            self.init(lateThroughProxy: codes.usesProxy)
        case HB_CURLE_SSL_CONNECT_ERROR, HB_CURLE_SSL_CIPHER:
            self.init(.tls, "the TLS handshake failed")
        case HB_CURLE_SSL_CLIENTCERT:
            self.init(.tls, "the server asks for a client certificate")
            certificateFailure = .client
        case HB_CURLE_PEER_FAILED_VERIFICATION, HB_CURLE_SSL_ISSUER_ERROR:
            let (fault, text) = Self.verification(codes.verification)
            self.init(.certificate, text)
            certificateFailure = fault
        case HB_CURLE_SSL_CACERT_BADFILE where codes.usesSystemCertificates:
            throw .libcurl(
                reason: "it can't load the system's certificates; install them (ca-certificates "
                    + "on Debian and Ubuntu), or set --ca-cert")
        case HB_CURLE_SSL_CACERT_BADFILE:
            throw .setting(flag: "--ca-cert", reason: "libcurl can't load certificates from it")
        case HB_CURLE_SSL_CERTPROBLEM:
            throw .setting(
                flag: "--client-cert",
                reason: "libcurl can't use the certificate with its private key")
        case HB_CURLE_UNSUPPORTED_PROTOCOL, HB_CURLE_FAILED_INIT, HB_CURLE_OUT_OF_MEMORY,
            HB_CURLE_URL_MALFORMAT:
            throw .libcurl(reason: "connecting failed with code \(codes.result)")
        default:
            // 7, 56, 97 and codes of later versions. A proxy's refusal is 56, or 7 from 8.20.
            if codes.proxyStatus == 407 {
                self.init(
                    .proxyAuthentication, "the proxy asks for other credentials (407)", at: .proxy)
            } else if codes.proxyStatus >= 300 {
                self.init(
                    .connect, "the proxy refused to tunnel (\(codes.proxyStatus))", at: .proxy)
                refusal = Self.mayPass(codes.proxyStatus) ? nil : .proxy
            } else if codes.result == HB_CURLE_PROXY {
                self.init(.connect, "the proxy refused the connection", at: .proxy)
            } else {
                let text = Self.text(codes)
                if codes.usesProxy {
                    self.init(.connect, "the proxy can't be used: \(text)", at: .proxy)
                } else {
                    self.init(.connect, text)
                }
            }
        }
    }

    /// Whether a proxy's status may be another one soon: it is busy, or does not reach the server yet.
    private static func mayPass(_ status: Int) -> Bool {
        switch status {
        case 408, 425, 429: true
        case 511: false
        default: status >= 500
        }
    }

    private static func verification(_ code: Int) -> (CertificateFailure, String) {
        // OpenSSL's numbers, fixed since 1.0 (x509_vfy.h). After a wrong host, and with other TLS
        // libraries, the number is 0 or 1.
        switch code {
        case 9: (.validity, "the server's certificate is not valid yet")
        case 10: (.validity, "the server's certificate has expired")
        case 18: (.issuer, "the server's certificate is self-signed")
        case 19:
            (
                .issuer,
                "the server's certificate chain ends in a self-signed one that is not trusted"
            )
        case 2, 20, 21: (.issuer, "the issuer of the server's certificate is unknown")
        case 23: (.issuer, "the server's certificate is revoked")
        case 0, 1, 62, 64: (.host, "the server's certificate did not verify for this host")
        default: (.issuer, "the server's certificate did not verify")
        }
    }

    private static func text(_ codes: Codes) -> String {
        switch codes.osError {
        case ECONNREFUSED: "connection refused"
        case ECONNRESET: "connection reset"
        case ENETUNREACH: "network unreachable"
        case EHOSTUNREACH: "no route to host"
        case ETIMEDOUT: "connection timed out"
        case EACCES, EPERM: "connecting is not permitted"
        case EADDRNOTAVAIL: "no local port is free"
        default:
            switch codes.result {
            case HB_CURLE_WEIRD_SERVER_REPLY: "the response is not HTTP"
            case HB_CURLE_GOT_NOTHING, HB_CURLE_SEND_ERROR, HB_CURLE_RECV_ERROR:
                "the connection was closed"
            default: "no connection"
            }
        }
    }
}

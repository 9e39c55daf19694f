import HTTP
import Platform
import Sending

/// The validated destination of `send`, with its connection options.
enum SendDestination: Sendable {
    case store(path: String, knownAppsOnly: Bool)
    case api(APIDestination)

    /// - Parameter retried: The destination of the run whose lines are sent again; nil without one. It
    ///   is only named, since a summary of another origin could have any URL.
    init(
        _ arguments: Arguments, environment: Environment, retried: String? = nil,
        warnings: inout [String]
    ) throws(UsageError) {
        let address = try arguments.defaulted(Flags.destination.to)
        let source = try APIKeySource(arguments, environment)
        // Always read: an invalid value is an error even if it has no effect.
        let scheme = try arguments.defaulted(Flags.destination.auth)
        let connection = try ConnectionOptions(
            arguments, authentication: scheme.fieldName, warnings: &warnings)

        switch address {
        case .store(let path):
            if !arguments.isGiven(Flags.destination.to), let source {
                let state = source.canChange ? "is given" : "is set"
                if let retried {
                    throw UsageError(
                        "\(source.name) \(state), but --to is not: use that of the earlier run: --to "
                            + Escaping.escaped(ShellWords.quote(retried)))
                }
                throw UsageError(
                    "\(source.name) \(state), but --to is not: use --to https://hookstream.io/v1 to "
                        + "send to the API, or --to store:"
                        + "\(path == "hookbatch.db" ? path : "PATH") to store locally")
            }
            self = .store(
                path: path, knownAppsOnly: arguments.isOn(Flags.destination.knownAppsOnly))
        case .api(let url):
            if arguments.isOn(Flags.destination.knownAppsOnly) {
                throw UsageError(
                    "--known-apps-only is for stores; the API always rejects unknown applications")
            }
            let base = try Self.baseURL(
                url, allowsPlainHTTP: arguments.isOn(Flags.connection.allowPlainHTTP),
                warnings: &warnings)
            guard let source else {
                throw UsageError(
                    "no API key: set the variable HOOKSTREAM_API_KEY or use --api-key-file "
                        + "(example: --api-key-file /run/secrets/hookstream)")
            }
            let key = try source.read(warnings: &warnings)
            self = .api(
                APIDestination(
                    base: base, url: url, scheme: scheme, source: source, key: key,
                    connection: connection))
        }
    }
}

extension SendDestination {
    /// Whether this is the destination that an earlier run has as `--to`.
    func isSame(as earlier: String) -> Bool {
        guard case .store = self else { return name == earlier }
        guard case .store(let path, _) = self,
            case .store(let former)? = DestinationAddress(text: earlier)
        else { return false }
        return InputPath.absolute(path)
            == InputPath.absolute(former)
    }
}

extension SendDestination {
    /// Returns the URL's parts, if the key and the messages may be sent to it.
    static func baseURL(
        _ text: String, allowsPlainHTTP: Bool, warnings: inout [String]
    ) throws(UsageError) -> BaseURL {
        let base: BaseURL
        do {
            base = try BaseURL(text)
        } catch {
            // The URL is not repeated: it may hold a password.
            throw UsageError("--to: \(error.message) (example: --to https://hookstream.io/v1)")
        }
        if base.scheme == .http, !base.isLoopback {
            guard allowsPlainHTTP else {
                throw UsageError(
                    "--to: \(Escaping.quoted(text)) would send the key and the messages unencrypted; "
                        + "use https://, or add --allow-plain-http")
            }
            warnings.append(
                "--allow-plain-http: the key and the messages are sent unencrypted to "
                    + Escaping.escaped(base.host))
        }
        return base
    }
}

/// The API's address, authentication and connection options.
struct APIDestination: Sendable {
    var base: BaseURL
    /// The base URL as given, for display; it contains no password.
    var url: String
    var scheme: AuthenticationScheme
    var source: APIKeySource
    /// The key at the start.
    var key: APIKey
    var connection: ConnectionOptions

    /// The scheme with the key.
    var authentication: Authentication {
        switch scheme {
        case .bearer: .bearer(key: key.bytes)
        case .apiKey: .apiKey(key: key.bytes)
        case .cookie: .cookie(key: key.bytes)
        }
    }
}

/// `Flags` of the topic Connection.
struct ConnectionOptions: Hashable, Sendable {
    /// For one request, from its start to the end of its response.
    var timeout: Duration
    var connectTimeout: Duration
    /// May contain a password: never printed.
    var proxy: String?
    var caCert: String?
    var clientCert: String?
    var clientKey: String?
    /// Zero: connections have any age.
    var maxAge: Duration
    var headers: HeaderOptions

    /// - Parameter authentication: The name of the header field of the key.
    init(
        _ arguments: Arguments, authentication: String, warnings: inout [String]
    ) throws(UsageError) {
        timeout = try arguments.defaulted(Flags.connection.timeout)
        connectTimeout = try arguments.defaulted(Flags.connection.connectTimeout)
        proxy = try arguments.value(Flags.connection.proxy)
        if let proxy, URLText.hidesCredentials(proxy) {
            // A proposed command: the proxy would count a wrong password.
            throw UsageError(
                "--proxy: put the user and the password in place of \(URLText.hiddenCredentials)")
        }
        caCert = try arguments.value(Flags.connection.caCert)
        clientCert = try arguments.value(Flags.connection.clientCert)
        clientKey = try arguments.value(Flags.connection.clientKey)
        if clientKey != nil, clientCert == nil {
            throw UsageError("--client-key needs --client-cert; add it")
        }
        maxAge = try arguments.defaulted(Flags.connection.maxConnectionAge)
        headers = try HeaderOptions(
            arguments, authentication: authentication, warnings: &warnings)
    }
}

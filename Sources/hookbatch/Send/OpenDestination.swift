import Destinations
import HTTP
import Platform
import Sending

/// The open destination of a run, and the poller that it shares with the loop.
struct OpenDestination {
    let destination: any Destination
    let poller: Poller

    init(_ options: SendOptions) throws(SendError) {
        do {
            let poller = try DestinationError.system(try Poller())
            self.poller = poller
            switch options.destination {
            case .store(let path, let knownAppsOnly):
                destination = try StoreDestination(
                    store: Store(path: path, knownAppsOnly: knownAppsOnly), poller: poller)
            case .api(let api):
                destination = try Destinations.APIDestination(
                    settings: Self.settings(api, options), poller: poller)
            }
        } catch {
            throw .destination(error)
        }
    }

    private static func settings(_ api: APIDestination, _ options: SendOptions) -> APISettings {
        var settings = APISettings(
            base: api.base, authentication: api.authentication,
            userAgent: "hookbatch/\(Version.number)")
        settings.timeout = api.connection.timeout
        settings.connectTimeout = api.connection.connectTimeout
        settings.caCertificatePath = api.connection.caCert
        settings.clientCertificatePath = api.connection.clientCert
        settings.clientKeyPath = api.connection.clientKey
        settings.fields = api.connection.headers.fields
        settings.secretFields = api.connection.headers.secretFields
        settings.maxConnectionAge = api.connection.maxAge
        settings.proxy = api.connection.proxy
        // The flags were validated: http:// to other machines is allowed.
        settings.allowsPlainHTTP = true
        settings.maxConnections = options.descriptors?.connections ?? options.maxConnections
        if let count = options.descriptors?.connectsInFlight {
            settings.maxConnectsInFlight = count
        }
        return settings
    }
}

extension KeyRenewal {
    /// Creates the reader of another key; nil if there is only the first one.
    convenience init?(_ destination: SendDestination) throws(SendError) {
        guard case .api(let api) = destination, api.source.canChange else { return nil }
        let source = api.source
        do {
            try self.init(source: source.name, current: api.key.bytes) {
                var warnings: [String] = []
                do throws(UsageError) {
                    return .success(try source.read(isAgain: true, warnings: &warnings).bytes)
                } catch {
                    return .failure(Problem(reason: error.message))
                }
            }
        } catch {
            throw .file(error)
        }
    }
}

extension SendOptions {
    /// The connections that `--concurrency` allows; 0 for a store.
    var maxConnections: Int {
        guard case .api = destination else { return 0 }
        return switch pace.concurrency {
        case .fixed(let count): count
        case .auto: APISettings.maxConnectionsAllowed
        }
    }
}

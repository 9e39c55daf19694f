/// The connection to the API.
struct ConnectionFlags: Sendable {
    let timeout = Flag(
        "timeout", .duration(from: .milliseconds(1), to: .seconds(3600), example: "30s"),
        default: "30s", for: [.send], .connection, "Maximum time for one request.")
    let connectTimeout = Flag(
        "connect-timeout", .duration(from: .milliseconds(1), to: .seconds(3600), example: "10s"),
        default: "10s", for: [.send, .deliver, .serve], .connection, "Maximum time to connect.")
    let proxy = Flag(
        "proxy", .proxyURL, defaultNote: "none", for: [.send], .connection,
        "Connect to the API through this proxy.")
    let caCert = Flag(
        "ca-cert", .path(example: "ca.pem"), defaultNote: "the system's",
        for: [.send, .deliver, .serve],
        .connection,
        "Trust the certificate authorities in this PEM file instead of the "
            + "system's.")
    let clientCert = Flag(
        "client-cert", .path(example: "client.pem"), defaultNote: "none", for: [.send],
        .connection, "The client certificate (PEM).")
    let clientKey = Flag(
        "client-key", .path(example: "client.key"), defaultNote: "in the certificate's file",
        for: [.send], .connection, "The private key of --client-cert (PEM).")
    let maxConnectionAge = Flag(
        "max-connection-age", .duration(to: .seconds(86_400), example: "60s"), default: "60s",
        for: [.send], .connection,
        "Replace a connection at this age (± 20 %), so that a server that moves is followed. 0 means "
            + "never.")
    let header = Flag(
        "header", .headerField, defaultNote: "none", isRepeatable: true, for: [.send], .connection,
        "Add this header field to every request. Repeatable. User-Agent replaces the program's own."
    )
    let headerFile = Flag(
        "header-file", .path(example: "/run/secrets/headers", isSecret: true), defaultNote: "none",
        for: [.send], .connection,
        "Add the header fields in this file, one a line. Their values are secrets, as the API key "
            + "is.")
    let allowPlainHTTP = Flag(
        switch: "allow-plain-http", for: [.send], .connection,
        "Allow http:// to other machines: the key and the messages are sent unencrypted.")
}

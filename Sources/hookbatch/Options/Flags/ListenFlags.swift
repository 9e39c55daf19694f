import LocalAPI

/// Flags of `listen` that `serve` does not have.
struct ListenFlags: Sendable {
    let listen = Flag(
        "listen", .listenAddress, default: "127.0.0.1:4020", for: [.listen], .server,
        "The address and port to listen on; port 0 selects a free port.")
    let secretFile = Flag(
        "secret-file", .path(example: "webhook-secrets", isSecret: true),
        defaultNote: "signatures are not checked", for: [.listen], .server,
        "Check the signatures with the secrets in this file: whsec_..., one per line.")
    let output = Flag(
        "output", .choice(example: OutputFormat.json), default: "text", for: [.listen], .server,
        "The output format: one line of text or one JSON object for each webhook.")
    let status = Flag(
        "status", .count(200...599, example: 503), default: "200", for: [.listen], .faults,
        "Respond to webhooks with this status.")
}

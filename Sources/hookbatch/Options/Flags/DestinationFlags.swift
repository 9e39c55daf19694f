/// The destination and its key.
struct DestinationFlags: Sendable {
    let to = Flag(
        "to", .destination, default: "store:hookbatch.db", for: [.send], .destination,
        "The destination: a local store (store:PATH) or the API's base URL.")
    let auth = Flag(
        "auth", .choice(example: AuthenticationScheme.bearer), default: "bearer", for: [.send],
        .destination,
        "How to send the key: Authorization: Bearer, X-API-Key, or a session cookie.")
    let apiKeyFile = Flag(
        "api-key-file", .path(example: "/run/secrets/hookstream", isSecret: true),
        defaultNote: "the variable HOOKSTREAM_API_KEY", for: [.send, .serve],
        .destination, "Read the API key from this file.")
    let apiKeyCommand = Flag(
        "api-key-command", .command, defaultNote: "none", for: [.send], .destination,
        "Read the API key from the output of this command, which is run without a shell. If the API "
            + "rejects the key, the command or file is read again for another one.")
    let knownAppsOnly = Flag(
        switch: "known-apps-only", for: [.send, .serve], .destination,
        "Reject unknown applications (404), as the API does, instead of registering them in the "
            + "store.")
}

/// Which endpoints may be called.
struct WebhookFlags: Sendable {
    let allowPlainHTTP = Flag(
        switch: "allow-plain-http", for: [.store, .deliver, .serve], .connection,
        "Allow endpoints with http:// on other machines: the messages are sent unencrypted.")
    let allowPrivateAddresses = Flag(
        switch: "allow-private-addresses", for: [.store, .deliver, .serve], .connection,
        "Allow endpoints with addresses that are not public, such as 10.0.0.1. Loopback needs no "
            + "flag.")
}

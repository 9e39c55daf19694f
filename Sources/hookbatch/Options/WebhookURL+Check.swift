import HTTP

extension WebhookURL {
    /// Why an endpoint's URL may not be called; nil if it may.
    ///
    /// A store may come from another machine: without a flag it can't make this one call into its
    /// own network, except to itself.
    func refusal(allowsPlainHTTP: Bool, allowsPrivateAddresses: Bool) -> String? {
        if isPlaintext, !allowsPlainHTTP {
            return "http:// would send the messages unencrypted; use https://, or allow it with "
                + Flags.webhooks.allowPlainHTTP.declaration.spelling
        }
        if isPrivateAddress, !allowsPrivateAddresses {
            return "the address is not public; allow it with "
                + Flags.webhooks.allowPrivateAddresses.declaration.spelling
        }
        return nil
    }
}

package import Platform

extension Poller {
    /// The bit set in tokens of the caller's descriptors and clear in those of a destination.
    package static let callerBit: UInt64 = 1 << 63
}

/// Which addresses are of the public internet.
///
/// The ranges are those of IANA's registries of special-purpose addresses that are not globally
/// reachable (RFC 6890 and its updates), and multicast.
extension IPAddress {
    private static let reservedV4: [(network: [UInt8], bits: Int)] = [
        ([0, 0, 0, 0], 8), ([10, 0, 0, 0], 8), ([100, 64, 0, 0], 10), ([127, 0, 0, 0], 8),
        ([169, 254, 0, 0], 16), ([172, 16, 0, 0], 12), ([192, 0, 0, 0], 24), ([192, 0, 2, 0], 24),
        ([192, 88, 99, 0], 24), ([192, 168, 0, 0], 16), ([198, 18, 0, 0], 15),
        ([198, 51, 100, 0], 24), ([203, 0, 113, 0], 24), ([224, 0, 0, 0], 3),
    ]

    /// Whether an address of four bytes is public.
    package static func isPublic(v4 address: [UInt8]) -> Bool {
        precondition(address.count == 4, "an IPv4 address has four bytes")
        return !reservedV4.contains { network, bits in
            (0..<bits).allSatisfy { bit in
                (address[bit / 8] ^ network[bit / 8]) & 0x80 >> UInt8(bit % 8) == 0
            }
        }
    }

    /// Whether an address of eight groups is public.
    ///
    /// One that carries an IPv4 address (mapped, NAT64, 6to4) is as public as that.
    package static func isPublic(v6 groups: [UInt16]) -> Bool {
        precondition(groups.count == 8, "an IPv6 address has eight groups")
        func v4(at index: Int) -> [UInt8] {
            groups[index...index + 1].flatMap {
                [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)]
            }
        }
        if groups[..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xFFFF {
            return isPublic(v4: v4(at: 6))
        }
        if groups[0] == 0x64, groups[1] == 0xFF9B, groups[2..<6].allSatisfy({ $0 == 0 }) {
            return isPublic(v4: v4(at: 6))
        }
        if groups[0] == 0x2002 { return isPublic(v4: v4(at: 1)) }
        // Only 2000::/3 is assigned to the public internet. Of it, 2001::/23 has protocols such as
        // Teredo, and 2001:db8::/32 and 3fff::/20 are for documents.
        if groups[0] >> 13 != 1 { return false }
        if groups[0] == 0x2001, groups[1] < 0x0200 || groups[1] == 0x0DB8 { return false }
        return !(groups[0] == 0x3FFF && groups[1] < 0x1000)
    }
}

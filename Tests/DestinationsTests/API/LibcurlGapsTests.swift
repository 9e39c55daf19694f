import Destinations
import Testing

@Suite("Gaps of libcurl's versions and TLS libraries")
struct LibcurlGapsTests {
    @Test(
        "A version has the gaps that later ones have not",
        arguments: [
            (0x074c01, true, true), (0x075400, true, true), (0x075500, false, true),
            (0x075600, false, true), (0x075700, false, false), (0x080000, false, false),
        ] as [(UInt32, Bool, Bool)])
    func versions(version: UInt32, before785: Bool, before787: Bool) {
        let gaps = LibcurlGaps(version: version, tls: "OpenSSL/3.0.16")
        #expect(gaps.keepsRemoved == before785)
        #expect(gaps.rereadsCertificates == before787)
        #expect(gaps.waitsForLookups == before787)
        #expect(!gaps.leavesBytesUnread)
    }

    @Test(
        "A TLS library that is not OpenSSL may leave bytes unread",
        arguments: [
            ("OpenSSL/1.1.1g", false), ("BoringSSL", false), ("LibreSSL/3.8.2", false),
            ("(GnuTLS/3.7.9) OpenSSL/3.0.16", false), ("GnuTLS/3.7.9", true),
            ("GnuTLS/3.7.9 (OpenSSL/3.0.16)", true), ("wolfSSL/5.6.3", true), (nil, false),
        ] as [(String?, Bool)])
    func libraries(tls: String?, leaves: Bool) {
        #expect(LibcurlGaps(version: 0x075801, tls: tls).leavesBytesUnread == leaves)
    }

    @Test("Only a TLS library outside of parentheses is in use")
    func inUse() {
        #expect(LibcurlGaps.uses("NSS", of: "NSS/3.87.1"))
        #expect(LibcurlGaps.uses("NSS", of: "(OpenSSL/1.1.1) NSS/3.53"))
        #expect(!LibcurlGaps.uses("NSS", of: "OpenSSL/1.1.1 (NSS/3.53)"))
        #expect(!LibcurlGaps.uses("NSS", of: "OpenSSL/1.1.1"))
    }
}

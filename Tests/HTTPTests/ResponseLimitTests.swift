import HTTP
import Testing

/// Whatever a server sends, no more than the limits is read or kept.
@Suite("Response limits")
struct ResponseLimitTests {
    static let small = ResponseLimits(headBytes: 64, bodyKeptBytes: 4, bodyReadBytes: 10)

    /// A response whose head, padded by a field, is exactly `size` bytes.
    static func answer(headBytes size: Int) -> String {
        let frame = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\nX: \r\n\r\n"
        let padding = String(repeating: "x", count: size - frame.utf8.count)
        return frame.replacing("X: ", with: "X: " + padding)
    }

    @Test("A response head is accepted up to its limit and refused one byte above it")
    func head() {
        #expect(
            ResponseReading(Self.answer(headBytes: 64), limits: Self.small).progress == .complete)
        let reading = ResponseReading(Self.answer(headBytes: 65), limits: Self.small)
        #expect(reading.progress == .failed(.framing(.headTooLarge)))
        #expect(reading.head == nil)
        #expect(ResponseReading(Self.answer(headBytes: 65536)).progress == .complete)
        #expect(
            ResponseReading(Self.answer(headBytes: 65537)).progress
                == .failed(.framing(.headTooLarge)))
    }

    @Test("A response line without an end is refused at the limit")
    func endlessLine() {
        var parser = ResponseParser(limits: Self.small)
        let piece = [UInt8](repeating: 0x61, count: 16)
        for _ in 0..<4 {
            #expect(piece.withUnsafeBytes { parser.consume($0) }.progress == .needsMore)
        }
        #expect(
            piece.withUnsafeBytes { parser.consume($0) }.progress
                == .failed(.framing(.headTooLarge)))
    }

    @Test("Interim response heads count towards the head limit")
    func interim() {
        let interim = "HTTP/1.1 103 Early\r\n\r\n"
        let text = interim + interim + Self.answer(headBytes: 49)
        #expect(
            ResponseReading(text, limits: Self.small).progress == .failed(.framing(.headTooLarge)))
    }

    @Test("A response body up to the limit is read, and its first part is kept")
    func body() {
        let head = "HTTP/1.1 500 No\r\nContent-Length: "
        let fits = ResponseReading(head + "4\r\n\r\n1234", limits: Self.small)
        #expect(fits.progress == .complete)
        #expect(fits.text == "1234" && !fits.bodyWasCut)
        let cut = ResponseReading(head + "10\r\n\r\n1234567890", limits: Self.small)
        #expect(cut.progress == .complete)
        #expect(cut.text == "1234" && cut.bodyWasCut)
    }

    @Test(
        "A response body above the limit fails but keeps its head and first part",
        arguments: [
            "Content-Length: 11\n\n12345678901",
            "Content-Length: 9223372036854775807\n\n12345678901",
            "\n12345678901",
            "Transfer-Encoding: chunked\n\n6\n123456\n5\n78901\n0\n\n",
            "Transfer-Encoding: chunked\n\n7fffffffffffffff\n12345678901",
        ])
    func longBody(_ text: String) {
        let reading = ResponseReading(wire("HTTP/1.1 500 No\n" + text), limits: Self.small)
        #expect(reading.progress == .failed(.framing(.bodyTooLarge)))
        #expect(reading.head?.status == 500)
        #expect(reading.text == "1234" && reading.bodyWasCut)
    }

    @Test("Chunk extensions and trailers count towards the head limit")
    func extensionsAndTrailers() {
        let head = "HTTP/1.1 200 K\nTransfer-Encoding: chunked\n\n"
        let long = String(repeating: "x", count: 40)
        for text in ["1;\(long)\na\n0\n\n", "0\n\(long):\n\n", "1;\(long)", "0\n\(long)"] {
            let reading = ResponseReading(wire(head + text), limits: Self.small)
            #expect(reading.progress == .failed(.framing(.headTooLarge)), "\(text)")
        }
    }

    @Test("Chunk sizes without extensions do not count towards the head limit")
    func manyChunks() {
        let head = "HTTP/1.1 200 K\nTransfer-Encoding: chunked\n\n"
        let chunks = String(repeating: "0000000000000001\nx\n", count: 10)
        let reading = ResponseReading(wire(head + chunks + "0\n\n"), limits: Self.small)
        #expect(reading.progress == .complete)
        #expect(reading.text == "xxxx" && reading.bodyWasCut)
    }

    @Test("The limits apply to each response on a connection separately")
    func limitsAreReset() {
        let whole = Array(wire("HTTP/1.1 500 No\nContent-Length: 9\n\n123456789").utf8)
        let chunked = Array(
            wire("HTTP/1.1 200 K\nTransfer-Encoding: chunked\n\n9;ab\n123456789\n0\n\n").utf8)
        var parser = ResponseParser(limits: Self.small)
        for bytes in [whole, chunked, whole, whole, chunked, chunked] {
            parser.reset()
            let reading = ResponseReading([bytes[...]], with: &parser)
            #expect(reading.progress == .complete)
            #expect(reading.text == "1234" && reading.bodyWasCut)
        }
    }
}

/// The first line of a request: `method SP target SP HTTP/D.D` (RFC 9112 §3), as ranges of it.
struct RequestLine {
    let method: Range<Int>
    let target: Range<Int>
    /// The target without its query, and without the scheme and host of an absolute one.
    let path: Range<Int>
    let isHTTP10: Bool

    /// Parses the line; exactly one space separates its parts.
    static func parse(_ line: UnsafeRawBufferPointer) -> Result<RequestLine, RequestError> {
        var methodEnd = 0
        while methodEnd < line.count, line[methodEnd].isTokenByte { methodEnd += 1 }
        guard methodEnd > 0, methodEnd < line.count, line[methodEnd] == ASCII.space else {
            return .failure(.badRequestLine)
        }
        let targetStart = methodEnd + 1
        var targetEnd = targetStart
        while targetEnd < line.count, isTargetByte(line[targetEnd]) { targetEnd += 1 }
        guard targetEnd > targetStart, targetEnd < line.count, line[targetEnd] == ASCII.space,
            let version = HTTPVersion.parse(line.part(targetEnd + 1, line.count)),
            let path = path(line.part(targetStart, targetEnd))
        else { return .failure(.badRequestLine) }
        guard version.major == 1 else { return .failure(.unsupportedVersion) }
        return .success(
            RequestLine(
                method: 0..<methodEnd, target: targetStart..<targetEnd,
                path: targetStart + path.lowerBound..<targetStart + path.upperBound,
                isHTTP10: version.minor == 0))
    }

    /// Visible ASCII except `#`: fragments are never sent.
    private static func isTargetByte(_ byte: UInt8) -> Bool {
        byte > ASCII.space && byte < ASCII.delete && byte != 0x23
    }

    /// The path's range in the target, for the four forms (RFC 9112 §3.2): `/path`,
    /// `scheme://host/path`, `*` and the `host:port` of CONNECT, whose path is empty.
    private static func path(_ target: UnsafeRawBufferPointer) -> Range<Int>? {
        if target[0] == ASCII.slash { return 0..<queryStart(target, from: 0) }
        if target.elementsEqual("*".utf8) { return 0..<1 }
        guard let colon = target.firstIndex(of: ASCII.colon), colon > 0 else { return nil }
        guard target.count > colon + 2, target[colon + 1] == ASCII.slash,
            target[colon + 2] == ASCII.slash
        else { return target.part(colon + 1, target.count).decimal == nil ? nil : 0..<0 }
        let end = queryStart(target, from: colon + 3)
        var start = colon + 3
        while start < end, target[start] != ASCII.slash { start += 1 }
        return start..<end
    }

    private static func queryStart(_ target: UnsafeRawBufferPointer, from start: Int) -> Int {
        var index = start
        while index < target.count, target[index] != ASCII.questionMark { index += 1 }
        return index
    }
}

/// A header or trailer field: the name and value in its line.
struct FieldLine {
    /// The name, all token bytes.
    let name: UnsafeRawBufferPointer
    /// The value without surrounding white space; no control bytes but tabs.
    let value: UnsafeRawBufferPointer

    /// Parses a line from `LineSplitter`, which has no control bytes but tabs (RFC 9112 §5).
    ///
    /// Folded lines (obs-fold, §5.2) and white space before the colon (§5.1) are refused.
    static func parse(_ line: UnsafeRawBufferPointer) -> Result<FieldLine, FramingError> {
        guard let first = line.first else { return .failure(.badHeaderField) }
        if first == ASCII.space || first == ASCII.tab { return .failure(.obsoleteLineFolding) }
        var colon = 0
        while colon < line.count, line[colon].isTokenByte { colon += 1 }
        guard colon > 0, colon < line.count, line[colon] == ASCII.colon else {
            return .failure(.badHeaderField)
        }
        return .success(
            FieldLine(name: line.part(0, colon), value: line.part(colon + 1, line.count).trimmed))
    }

    /// The known field of this name, if any.
    var known: KnownField? {
        switch name.count {
        case 4:
            if name.equalsIgnoringCase("date") { return .date }
            if name.equalsIgnoringCase("host") { return .host }
        case 6:
            if name.equalsIgnoringCase("cookie") { return .cookie }
            if name.equalsIgnoringCase("expect") { return .expect }
        case 9: if name.equalsIgnoringCase("x-api-key") { return .xAPIKey }
        case 10:
            if name.equalsIgnoringCase("connection") { return .connection }
            if name.equalsIgnoringCase("keep-alive") { return .keepAlive }
            if name.equalsIgnoringCase("webhook-id") { return .webhookID }
        case 11: if name.equalsIgnoringCase("retry-after") { return .retryAfter }
        case 12: if name.equalsIgnoringCase("content-type") { return .contentType }
        case 13: if name.equalsIgnoringCase("authorization") { return .authorization }
        case 14: if name.equalsIgnoringCase("content-length") { return .contentLength }
        case 15: if name.equalsIgnoringCase("idempotency-key") { return .idempotencyKey }
        case 17:
            if name.equalsIgnoringCase("transfer-encoding") { return .transferEncoding }
            if name.equalsIgnoringCase("webhook-timestamp") { return .webhookTimestamp }
            if name.equalsIgnoringCase("webhook-signature") { return .webhookSignature }
        default: break
        }
        return nil
    }
}

/// The fields that this module's parsers interpret or keep.
enum KnownField {
    case authorization, connection, contentLength, contentType, cookie, date, expect, host
    case idempotencyKey, keepAlive, retryAfter, transferEncoding, webhookID, webhookSignature
    case webhookTimestamp, xAPIKey
}

/// What can be wrong with any HTTP/1.1 message, question or answer, behind its first line.
enum FramingError: Error {
    case badHeaderField
    case obsoleteLineFolding
    case bareCarriageReturn
    case conflictingLength
    case badLength
    case lengthBesideTransferEncoding
    case badTransferEncoding
    case unsupportedTransferEncoding
    case badChunk
    case headTooLarge
    case bodyTooLarge
}

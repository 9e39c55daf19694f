import Sending
import Testing

/// Decompresses data in pieces of `chunk` bytes into `room` bytes. Returns the bytes and the error.
func unpack(
    _ packed: [UInt8], with decoder: any Sending.Decoder, chunk: Int, room: Int
) -> (bytes: [UInt8], error: PackingError?) {
    var given = 0
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: room)
    do {
        while true {
            while decoder.hasMore {
                let count = try buffer.withUnsafeMutableBytes { (space) throws(PackingError) in
                    try decoder.unpack(into: space)
                }
                bytes += buffer[..<count]
            }
            let count = decoder.takeIn { space in
                let count = min(chunk, space.count, packed.count - given)
                space.copyBytes(from: packed[given..<given + count])
                return count
            }
            given += count
            if count == 0 { break }
        }
        try decoder.checkEnd()
    } catch let error as PackingError {
        return (bytes, error)
    } catch {
        preconditionFailure("unpacking throws nothing else")
    }
    #expect(decoder.unpacked == UInt64(bytes.count))
    return (bytes, nil)
}

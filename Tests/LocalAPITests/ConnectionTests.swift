import Delivery
import Glibc
import HTTP
import Testing

@testable import LocalAPI
import Time

@Suite("Connections of the local API") struct ConnectionTests {
    @Test("Output does not accumulate for a client that never reads all of it")
    func output() throws {
        var ends: [Int32] = [-1, -1]
        let stream = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
        try #require(socketpair(AF_UNIX, stream, 0, &ends) == 0)
        defer { for end in ends { close(end) } }
        let connection = Connection(
            descriptor: ends[0], token: 0, serial: 1, limits: RequestLimits(),
            deadline: Instant(nanoseconds: 0))
        // Fills the socket's buffer, so that some bytes are always unsent.
        connection.output = [UInt8](repeating: 0, count: 1_000_000)
        _ = connection.send()
        try #require(connection.unsentBytes > 0)
        var buffer = [UInt8](repeating: 0, count: 50_000)
        var expected: UInt64 = 1_000_000
        var received: UInt64 = 0
        for round in 0..<500 {
            let count = recv(ends[1], &buffer, buffer.count, 0)
            try #require(count > 0)
            received += UInt64(count)
            connection.output += [UInt8](repeating: UInt8(round % 251), count: count)
            expected += UInt64(count)
            try #require(connection.send() != nil)
            #expect(connection.unsentBytes > 0)
            #expect(connection.output.count < 1_300_000, "round \(round)")
        }
        while true {
            let count = recv(ends[1], &buffer, buffer.count, 0)
            if count <= 0 { break }
            received += UInt64(count)
            _ = connection.send()
        }
        #expect(received == expected)
        #expect(connection.output.isEmpty)
    }
}

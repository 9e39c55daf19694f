import Foundation
import TestSupport

/// A thread that sends bytes while the test reads.
final class Sender: Sendable {
    private let isDone = Monitor(false)

    init(_ client: Client, _ bytes: [UInt8]) {
        let (isDone, client) = (isDone, UncheckedClient(client))
        Thread.detachNewThread {
            client.value.send(bytes)
            isDone.update { $0 = true }
        }
    }

    func join() { _ = isDone.wait { $0 } }
}

/// `@unchecked Sendable`: one thread only sends and the other only receives. They share only the
/// socket, in different directions.
private struct UncheckedClient: @unchecked Sendable {
    let value: Client

    init(_ value: Client) { self.value = value }
}

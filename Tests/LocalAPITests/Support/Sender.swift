import Foundation
import TestSupport

/// Sends bytes from a thread of its own, so that the test can read meanwhile.
final class Sender: Sendable {
    private let isDone = Monitor(false)

    init(_ client: Client, _ bytes: [UInt8]) {
        let (isDone, client) = (isDone, UncheckedClient(client))
        Thread.detachNewThread {
            client.value.send(bytes)
            isDone.update { $0 = true }
        }
    }

    func join() { _ = isDone.wait(timeout: .seconds(60)) { $0 } }
}

/// `@unchecked Sendable`: one thread only sends and the other only receives, which touch different
/// directions of the socket and nothing else in common.
private struct UncheckedClient: @unchecked Sendable {
    let value: Client

    init(_ value: Client) { self.value = value }
}

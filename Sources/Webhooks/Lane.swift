import Delivery
import Destinations
import HTTP
import Time

/// One endpoint's deliveries in this process: a failing endpoint delays only its own.
final class Lane {
    let number: Int
    var endpoint: StoreDeliveries.Endpoint
    /// Nil if the endpoint can't be called.
    var url: WebhookURL?
    var circuit = Circuit(hasSeenServer: true)
    var pacer: Pacer?
    /// Messages whose attempts are in flight: they are still due in the store.
    var inFlight: Set<String> = []
    /// Due deliveries that were read and not started, the next one last.
    var queue: [StoreDeliveries.Pending] = []
    /// Whether the store had no more due deliveries.
    var isExhausted = false
    /// Whether the endpoint is left alone for the rest of the run.
    var isAbandoned = false
    /// Whether the last attempt that ended had a response. One that hangs holds its connections.
    var responds = false
    /// Whether this process disabled the endpoint.
    var isDisabled = false

    init(number: Int, endpoint: StoreDeliveries.Endpoint, url: WebhookURL?) {
        self.number = number
        self.endpoint = endpoint
        self.url = url
    }

    var isLeft: Bool { isAbandoned || isDisabled }

    /// Whether it has nothing to start: now, and until the store changes.
    var isDone: Bool { isLeft || isExhausted && queue.isEmpty }
}

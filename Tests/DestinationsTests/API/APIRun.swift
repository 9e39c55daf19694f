import Delivery
import Destinations
import Foundation
import HTTP
import Platform
import Time

/// An API destination with messages in its slots, driven as by a run.
final class APIRun {
    struct End: Equatable {
        var slot: Int
        var result: AttemptResult
        var messageID: String?
        var detail: String?
    }

    static let key = "secret-key-0123456789"
    let poller: Poller
    let destination: APIDestination

    init(
        port: Int, key: String = APIRun.key, _ change: (inout APISettings) -> Void = { _ in }
    ) throws {
        var settings = APISettings(
            base: try BaseURL("http://127.0.0.1:\(port)/v1"),
            authentication: .bearer(key: Array(key.utf8)), userAgent: "test/1")
        change(&settings)
        poller = try Poller()
        destination = try APIDestination(settings: settings, poller: poller)
    }

    /// Makes a JSON string of `bytes` bytes.
    static func payload(bytes: Int) -> String {
        let quote = UInt8(ascii: "\"")
        let text = [UInt8](repeating: UInt8(ascii: "x"), count: bytes - 2)
        return String(decoding: [quote] + text + [quote], as: UTF8.self)
    }

    func load(_ slot: Int, payload: String? = #"{"a":1}"#) {
        let key = Array("hb-run-0-\(slot)".utf8)
        Array("app1".utf8).withUnsafeBytes { appID in
            Array(#""user.created""#.utf8).withUnsafeBytes { eventType in
                key.withUnsafeBytes { key in
                    guard let payload else {
                        return destination.load(
                            Message(
                                appID: appID, eventType: eventType, payload: nil,
                                idempotencyKey: key),
                            into: slot)
                    }
                    Array(payload.utf8).withUnsafeBytes { payload in
                        destination.load(
                            Message(
                                appID: appID, eventType: eventType, payload: payload,
                                idempotencyKey: key),
                            into: slot)
                    }
                }
            }
        }
    }

    func start(_ slot: Int) { destination.start(slot: slot, now: MonotonicClock.now) }

    /// Loads, starts, waits for the end and unloads.
    func send(_ slot: Int = 0, payload: String? = #"{"a":1}"#) throws -> End {
        load(slot, payload: payload)
        start(slot)
        let ends = try wait(for: 1)
        destination.unload(slot: slot)
        return ends[0]
    }

    struct TookTooLong: Error {}

    /// Waits until `count` attempts have ended; throws after 20 s.
    func wait(for count: Int) throws -> [End] {
        var ends: [End] = []
        var ready: [UInt64] = []
        let limit = MonotonicClock.now.advanced(byNanoseconds: 20_000_000_000)
        while ends.count < count {
            if MonotonicClock.now >= limit { throw TookTooLong() }
            var some: [AttemptEnd] = []
            try destination.wait(until: limit, ends: &some, ready: &ready)
            for end in some {
                ends.append(
                    End(
                        slot: end.slot, result: end.result, messageID: text(end.messageID),
                        detail: text(end.detail)))
            }
        }
        return ends
    }

    /// Runs one turn of the loop, without waiting.
    func turn() throws {
        var ends: [AttemptEnd] = []
        var ready: [UInt64] = []
        try destination.wait(until: MonotonicClock.now, ends: &ends, ready: &ready)
    }

    private func text(_ range: TextRange?) -> String? {
        range.map { String(decoding: destination.text($0), as: UTF8.self) }
    }
}

/// A flag between a server's thread and the test.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func open() { semaphore.signal() }

    /// Waits for `open` and returns whether it came within five minutes.
    func pass() -> Bool { semaphore.wait(timeout: .now() + 300) == .success }
}

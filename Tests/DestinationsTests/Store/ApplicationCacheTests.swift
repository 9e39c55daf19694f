import Destinations
import Testing

@Suite("The store's application cache")
struct ApplicationCacheTests {
    private func withBytes<Result>(
        _ text: String, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        Array(text.utf8).withUnsafeBytes(body)
    }

    private func insert(
        _ id: String, _ state: ApplicationCache.State, into cache: inout ApplicationCache
    ) {
        _ = withBytes(id) { id in
            withBytes("org of ") { org in
                cache.insert(id, org: org, env: id, state: state)
            }
        }
    }

    private func found(_ id: String, in cache: borrowing ApplicationCache) -> String? {
        withBytes(id) { id in
            cache.find(id).map { entry in
                "\(entry.state) " + String(decoding: entry.org, as: UTF8.self)
                    + String(decoding: entry.env, as: UTF8.self)
            }
        }
    }

    @Test("Each cached application is found with its state and ids, up to the limit")
    func find() {
        var cache = ApplicationCache()
        let states: [ApplicationCache.State] = [.unknown, .inactive, .active, .activeWithEndpoints]
        // Ids of all lengths; many share their first eight bytes.
        let ids = (0..<ApplicationCache.limit).map {
            String(repeating: "a", count: $0 % 100) + "\($0)"
        }
        for (number, id) in ids.enumerated() { insert(id, states[number % 4], into: &cache) }
        #expect(cache.count == ApplicationCache.limit)
        for (number, id) in ids.enumerated() {
            #expect(found(id, in: cache) == "\(states[number % 4]) org of \(id)")
        }
        #expect(found("another", in: cache) == nil)
        #expect(found("", in: cache) == nil)
    }

    @Test("An application beyond the limit empties the cache first, so that memory is bounded")
    func limit() {
        var cache = ApplicationCache()
        for number in 0...ApplicationCache.limit { insert("\(number)", .active, into: &cache) }
        #expect(cache.count == 1)
        #expect(found("\(ApplicationCache.limit)", in: cache) != nil)
        #expect(found("0", in: cache) == nil)
    }
}

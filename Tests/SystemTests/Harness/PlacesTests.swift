import TestSupport
import Testing

@Suite("Places for tests that run in parallel")
struct PlacesTests {
    @Test("No more tasks have a place at once than exist, and each gets one", arguments: [1, 3])
    func bound(count: Int) async {
        let places = Places(count)
        let seen = Monitor((now: 0, most: 0, done: 0))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    await places.take()
                    seen.update { seen in
                        seen.now += 1
                        seen.most = max(seen.most, seen.now)
                    }
                    await Task.yield()
                    seen.update { seen in
                        seen.now -= 1
                        seen.done += 1
                    }
                    places.giveBack()
                }
            }
        }
        let end = seen.read { $0 }
        #expect(end == (0, end.most, 50))
        #expect(1...count ~= end.most)
    }
}

import TestSupport
import Testing

@Suite("Places for tests that run side by side")
struct PlacesTests {
    @Test("no more have one at once than there are, and everyone gets one", arguments: [1, 3])
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

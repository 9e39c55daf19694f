import TestSupport
import Testing

@Suite("A month of an outbox", .ownThread)
struct OutboxMonthTests {
    private static let shortSeed: UInt64 = 3_200_613_257_424_072_503

    @Test(
        "Every line is sent once and each thing is told once, through kills and troubled nights",
        .needsMounts("mount", "umount", "fallocate"))
    func month() throws {
        // The short form is always the same: some nights end in long waits between retries.
        var generator =
            LongRuns.areWanted
            ? .fromEnvironment("month") : SeededGenerator(seed: TestSeed.fixed ?? Self.shortSeed)
        let month = try OutboxMonth(generator)
        // A round every quarter of an hour; a night of trouble each second day.
        let days = LongRuns.areWanted ? 30 : 2
        let rounds = LongRuns.areWanted ? 96 : 15
        var nights: [OutboxMonth.Night] = []
        for _ in 0..<days {
            for _ in 0..<rounds { try month.day() }
            if nights.isEmpty { nights = OutboxMonth.Night.allCases.shuffled(using: &generator) }
            try month.night(nights.removeLast())
            if !LongRuns.areWanted, let next = nights.popLast() { try month.night(next) }
        }
        try month.finish()
        #expect(month.scene.acceptedNumbers() == month.sent.sorted(), "\(generator)")
        for words in Set(month.expected) {
            let count = month.expected.count { $0 == words }
            // A full disk can concern the metrics too.
            let told = month.messages.count { $0.contains(words) && !$0.contains("round.prom") }
            let toldAtKills = month.messagesOfKilled.count { $0.contains(words) }
            // A killed process may have printed what the next round, which can't know it, repeats.
            #expect(told <= count && told + toldAtKills >= count, "\(generator): \(words)")
        }
        print("\(month.sent.count) lines, \(month.kills) kills, \(month.messages.count) messages")
    }
}

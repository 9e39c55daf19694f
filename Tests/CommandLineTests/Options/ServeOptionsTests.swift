import Delivery
import LocalAPI
import Testing
import Webhooks

@testable import hookbatch

@Suite("The options of serve") struct ServeOptionsTests {
    private func options(_ line: String, key: String? = nil) throws -> ServeOptions {
        let words = ["serve"] + line.split(separator: " ").map(String.init)
        return try ServeOptions(
            arguments(words), environment: Environment(apiKey: key.map { Array($0.utf8) }))
    }

    private func message(_ line: String, key: String? = nil) -> String? {
        #expect(throws: UsageError.self) { try options(line, key: key) }?.message
    }

    @Test("Without flags serve listens on loopback, without faults, with a new key")
    func defaults() throws {
        let options = try options("")
        #expect(options.address == ListenAddress(text: "127.0.0.1:4010"))
        #expect(options.storePath == "hookbatch.db")
        #expect(!options.knownAppsOnly)
        #expect(options.keyIsNew)
        #expect(options.key.bytes.count == 38)
        #expect(options.faults.words.isEmpty)
        #expect(options.faults.settings.latency == 0...0)
        #expect(options.settings.maxConnections == 1024)
        #expect(options.settings.idleTimeout == 60_000_000_000)
    }

    @Test("--deliver has the options of deliver, and watches; without it they are refused")
    func deliver() throws {
        #expect(try options("").delivery == nil)
        let delivery = try #require(
            try options("--deliver --store a.db --endpoint-rate 5/s --ordered --report r.ndjson")
                .delivery)
        #expect(delivery.storePath == "a.db" && delivery.reportPath == "r.ndjson")
        #expect(delivery.settings.isWatching && delivery.settings.isOrdered)
        #expect(delivery.settings.endpointRate?.perSecond == 5)
        #expect(delivery.settings.endpointConcurrency == 1)
        let flags = Set(DeliverOptions.flagsOfServe.map(\.spelling))
        #expect(flags.count > 10 && flags.contains("--report") && !flags.contains("--store"))
        for flag in DeliverOptions.flagsOfServe {
            let words = flag.takesValue ? "\(flag.spelling) \(flag.example)" : flag.spelling
            #expect(message(words)?.hasPrefix("\(flag.spelling) needs --deliver") == true)
        }
        // A variable is set for all commands.
        var typed = try arguments(["serve"])
        try typed.take(Environment(variables: ["HOOKBATCH_SCHEDULE": Array("x".utf8)]))
        #expect(try ServeOptions(typed, environment: Environment()).delivery == nil)
    }

    @Test("Faults are parsed and described")
    func faults() throws {
        let options = try options(
            "--latency 50ms±20ms --limit 200/s --fail 2% --drop 0.5% --seed 9")
        #expect(options.faults.settings.latency == 30_000_000...70_000_000)
        #expect(options.faults.settings.limit?.perSecond == 200)
        #expect(options.faults.settings.failShare == 0.02)
        #expect(options.faults.settings.dropShare == 0.005)
        #expect(options.faults.settings.seed == 9)
        #expect(
            options.faults.words
                == ["latency 50ms ± 20ms", "limit 200/s", "fail 2%", "drop 0.5%", "seed 9"])
    }

    @Test(
        "A latency is one duration or two",
        arguments: [
            ("50ms", 50...50), ("50ms±20ms", 30...70), ("50ms+-20ms", 30...70), ("1s±1s", 0...2000),
            ("0s", 0...0),
        ] as [(String, ClosedRange<Int64>)])
    func latency(text: String, milliseconds: ClosedRange<Int64>) {
        let range = Latency(text: text)?.range
        #expect(range?.lowerBound == milliseconds.lowerBound * 1_000_000)
        #expect(range?.upperBound == milliseconds.upperBound * 1_000_000)
    }

    @Test(
        "An invalid latency is rejected",
        arguments: ["", "50", "±20ms", "50ms±", "20ms±50ms", "50ms+20ms", "61s", "50ms±1ms±1ms"])
    func badLatency(text: String) {
        #expect(Latency(text: text) == nil)
    }

    @Test(
        "The error of an invalid value of serve has the flag, the value and an example",
        arguments: [
            (
                "--listen 4010",
                "--listen: '4010' is not an IP address with a port (example: --listen 127.0.0.1:4010)"
            ),
            ("--fail 2", "--fail: '2' is not a percentage from 0% to 100% (example: --fail 2%)"),
            (
                "--drop 101%",
                "--drop: '101%' is not a percentage from 0% to 100% (example: --drop 2%)"
            ),
            ("--limit 10", "--limit: invalid rate '10' (use 10/s)"),
            ("--seed -1", "--seed: '-1' is not a whole number (example: --seed 42)"),
        ])
    func badValues(line: String, expected: String) {
        #expect(message(line) == expected)
    }

    @Test("Serve rejects flags of send and operands")
    func others() {
        #expect(
            message("--retries 5")
                == "serve has no --retries option; 'hookbatch help serve' lists its flags")
        #expect(message("hookbatch.db") == "serve: unexpected argument 'hookbatch.db'")
    }

    @Test("An address that other machines can reach needs a key and causes a warning")
    func exposed() throws {
        #expect(message("--listen 0.0.0.0:80")?.contains("HOOKSTREAM_API_KEY") == true)
        let options = try options("--listen [::]:80", key: "secret")
        #expect(!options.keyIsNew)
        #expect(options.warnings.count == 1)
    }
}

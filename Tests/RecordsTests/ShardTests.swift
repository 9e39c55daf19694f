import Foundation
import Records
import TestSupport
import Testing

/// Reads an input and returns the ordinals of a shard's records, and the number of the others.
private func records(
    of input: String, _ format: InputFormat, shard: Shard?, chunk: Int = .max
) -> (kept: [UInt64], others: UInt64) {
    let read = keptRecords(input, format, by: [], chunk: chunk) { $0.shard = shard }
    return (read.kept, read.skipped.inOtherShards)
}

private func number(_ app: String, of count: Int) -> Int {
    Array(app.utf8).withUnsafeBytes { Shard.number(appID: $0, ordinal: 9, of: count) }
}

@Suite("Shards of records") struct ShardTests {
    /// The rows of the guide's table of test vectors.
    private static let vectors: [[String]] = {
        let path = Hookbatch.root + "/Sources/hookbatch/hookbatch.docc/ManyMachines.md"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let rows = text.split(separator: "\n").drop { !$0.hasPrefix("| appId ") }.dropFirst(2)
        return rows.prefix { $0.hasPrefix("|") }.map { row in
            row.split(separator: "|").map {
                $0.trimmingCharacters(in: CharacterSet(charactersIn: " `"))
            }
        }
    }()

    @Test("The guide's test vectors are the shards of their applications")
    func guide() throws {
        #expect(Self.vectors.count == 8)
        for row in Self.vectors {
            try #require(row.count == 5)
            let value = try #require(UInt64(row[1], radix: 16))
            for (index, count) in [2, 8, 1000].enumerated() {
                #expect(number(row[0], of: count) == Int(row[index + 2]), "\(row)")
                #expect(Int(value % UInt64(count)) + 1 == Int(row[index + 2]), "\(row)")
            }
        }
    }

    @Test("A record without a valid appId goes by its number")
    func noApplication() {
        for ordinal in 1...20 as ClosedRange<UInt64> {
            #expect(
                Shard.number(appID: nil, ordinal: ordinal, of: 8) == Int((ordinal - 1) % 8) + 1)
        }
        #expect(Shard.number(appID: nil, ordinal: .max, of: 1) == 1)
    }

    @Test(
        "A shard outside its range does not exist",
        arguments: [(0, 8), (9, 8), (-1, 8), (1, 0), (1, 10_001), (1, -1)])
    func outside(number: Int, count: Int) { #expect(Shard(number, of: count) == nil) }

    @Test(
        "Names of shards have the digits of their count",
        arguments: [(2, 8, "02-of-08"), (1, 1, "01-of-01"), (7, 1000, "0007-of-1000")])
    func name(number: Int, count: Int, name: String) {
        #expect(Shard(number, of: count)?.name == name)
        #expect(Shard(number, of: count)?.text == "\(number)/\(count)")
    }

    private static let csv = """
        appId,event_type,payload
        a,t,"one
        ""quoted"" break, and a comma"
        b,t,x
        "c",t,"{""n"":1}"
        ,t,no application
        a b,t,invalid application
        d,,no type
        e,t,"unclosed
        f,t,after it

        """
    private static let json = """
        [{"appId":"a","event_type":"t"},{"appId":"b","event_type":"t"}, 7,
        {"appId":"c","event_type":""}, {"event_type":"t"}, {"appId":"d","event_type":"t"}]
        """
    private static let ndjson = """
        {"appId":"a","event_type":"t","payload":"x"}
        not JSON

        {"\\u0061ppId":"b","event_type":"t"}
        {"appId":"b","appId":"c","event_type":"t"}
        {"appId":"c","event_type":"t","payload":7}
        {"appId":"c","event_type":"t"}

        """

    @Test(
        "Each record is in exactly one shard, wherever the input's bytes are divided",
        arguments: [1, 2, 3, 8, 1000], ["csv", "json", "ndjson", "empty"])
    func partition(count: Int, kind: String) {
        let (text, format): (String, InputFormat) =
            switch kind {
            case "csv": (Self.csv, .csv(CSVDialect()))
            case "json": (Self.json, .json)
            case "ndjson": (Self.ndjson, .ndjson)
            default: ("", .ndjson)
            }
        let all = records(of: text, format, shard: nil).kept
        #expect(all.isEmpty == (kind == "empty"))
        var seen: [UInt64] = []
        for number in 1...count {
            let shard = Shard(number, of: count)
            let whole = records(of: text, format, shard: shard)
            #expect(whole.kept.count + Int(whole.others) == all.count)
            if count < 10 {
                for chunk in [1, 3, 7] {
                    #expect(records(of: text, format, shard: shard, chunk: chunk) == whole)
                }
            }
            seen += whole.kept
        }
        #expect(seen.sorted() == all)
    }

    @Test("All records of an application are in its shard, valid or not")
    func application() {
        let input = """
            {"appId":"app_2","event_type":"t"}
            {"appId":"app_2","event_type":""}
            {"appId":"app_1","event_type":"t"}
            {"appId":"app_2","event_type":"t","payload":7}

            """
        #expect(records(of: input, .ndjson, shard: Shard(2, of: 8)).kept == [1, 2, 4])
        #expect(records(of: input, .ndjson, shard: Shard(7, of: 8)).kept == [3])
    }
}

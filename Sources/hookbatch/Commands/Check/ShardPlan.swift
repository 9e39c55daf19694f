import Delivery
import Platform
import Records
import Time

/// The records of each shard of a planned job.
struct ShardPlan {
    /// The number of shards.
    let count: Int
    /// All records by shard, from shard 1 on.
    private(set) var records: [UInt64]
    /// Those of them that are valid.
    private(set) var valid: [UInt64]

    init(count: Int) {
        self.count = count
        records = Array(repeating: 0, count: count)
        valid = records
    }

    mutating func add(appID: UnsafeRawBufferPointer?, ordinal: UInt64, isValid: Bool) {
        let index = Shard.number(appID: appID, ordinal: ordinal, of: count) - 1
        records[index] += 1
        if isValid { valid[index] += 1 }
    }
}

extension CheckPlan {
    /// An application whose records alone make its shard late.
    struct LateApplication {
        var application: String
        /// From 1.
        var shard: Int
        var records: UInt64
    }

    /// Maximum applications to name.
    private static let maxLate = 5

    /// The applications with more than one and a half times an even share of all valid records, the
    /// largest first.
    var lateApplications: [LateApplication] {
        guard let shards, shards.count > 1 else { return [] }
        let share = Double(valid) / Double(shards.count)
        let late = applications.certainTop(Self.maxLate).filter {
            Double($0.records) > 1.5 * share
        }
        return late.map { count in
            LateApplication(
                application: String(decoding: count.key, as: UTF8.self),
                shard: Self.shard(of: count.key, in: shards), records: count.records)
        }
    }

    /// The time of each shard at its part of `--rate` and at `--app-rate`; nil without a rate.
    var timesOfShards: [Duration?] {
        guard let shards else { return [] }
        let start = rates.from?.timeOfDay ?? TimeOfDay(seconds: 0)
        let part = rates.all?.divided(by: shards.count)
        var largest = [UInt64](repeating: 0, count: shards.count)
        if rates.application != nil {
            for count in applications.top(.max) {
                let index = Self.shard(of: count.key, in: shards) - 1
                largest[index] = max(largest[index], count.records)
            }
        }
        return shards.valid.indices.map { index in
            let atRate = part?.nanoseconds(for: shards.valid[index], from: start)
                .map { Duration.nanoseconds($0) }
            let atApplicationRate = rates.application?.time(for: largest[index])
            return [atRate, atApplicationRate].compactMap(\.self).max()
        }
    }

    private static func shard(of application: [UInt8], in shards: ShardPlan) -> Int {
        application.withUnsafeBytes {
            Shard.number(appID: $0, ordinal: 1, of: shards.count)
        }
    }
}

/// The shards of a job.
extension PlanText {
    /// Maximum shards to list.
    private static let maxShards = 20

    /// The shards with the most records, and the applications that make one late.
    var shards: String {
        guard let shards = plan.shards else { return "" }
        let times = plan.timesOfShards
        let hasTimes = times.contains { $0 != nil }
        var listed = Array(shards.records.indices)
        var heading = "Shards: \(WholeNumber.shown(shards.count))"
        if listed.count > Self.maxShards {
            listed = Array(
                listed.sorted { (shards.records[$1], $0) < (shards.records[$0], $1) }
                    .prefix(Self.maxShards))
            let fewest = shards.records.min() ?? 0
            heading +=
                "; the \(Self.maxShards) with the most records are listed, and the smallest one has "
                + WholeNumber.shown(fewest)
        }
        let rows = listed.map { index in
            PlanTable.Row(
                name: Shard(index + 1, of: shards.count)?.name ?? "",
                figures: [WholeNumber.shown(shards.records[index])]
                    + (hasTimes ? [times[index]?.shown ?? ""] : []))
        }
        let table = PlanTable(headings: hasTimes ? ["records", "time"] : ["records"], rows: rows)
        let share = Double(plan.valid) / Double(shards.count)
        let warnings = plan.lateApplications.map { late in
            "\n  warning: \(Escaping.escaped(late.application)) alone has "
                + "\(WholeNumber.shown(late.records, "record")), "
                + "\(Figure.shown(Double(late.records) / share)) times an even share; shard "
                + "\(late.shard) ends later than the others"
        }
        return heading + "\n" + table.text(width: width) + warnings.joined()
    }
}

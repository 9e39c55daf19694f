import Records

/// The shards of a job that many processes send.
struct ShardFlags: Sendable {
    let shard = Flag(
        "shard", .shard, defaultNote: "all records", for: [.send], .input,
        "Send only the shard K of N, such as 3/8: the applications whose ids hash to it. auto/N "
            + "takes K from the variable of a batch system, and auto takes N too. All shards read "
            + "all inputs; 'hookbatch help machines' explains it.")
    let shardBase = Flag(
        "shard-base", .count(0...1, example: 0), defaultNote: "that of the batch system",
        for: [.send], .input,
        "The first index of the batch system's array for --shard auto: 0 or 1. Slurm needs it.")
    let shardsAtOnce = Flag(
        "shards-at-once", .count(1...Shard.maxCount, example: 4), defaultNote: "all shards",
        for: [.send], .pace,
        "How many shards the batch system runs at once: each one gets this part of --rate.")
    let planned = Flag(
        "shards", .count(1...Shard.maxCount, example: 8), defaultNote: "none", for: [.check], .plan,
        "Show the records and the time of each shard of a job of N, and the applications that alone "
            + "make a shard late.")
}

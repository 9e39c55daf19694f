import Records
import Sending

/// A plan as one JSON document.
struct PlanJSON {
    let plan: CheckPlan

    /// The document with a final line break.
    var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.object { json in
            json.member("hookbatch", Version.number)
            json.member("exit_code", plan.exitStatus.rawValue)
            json.member("records", plan.records)
            json.member("valid", plan.valid)
            json.member("invalid", plan.invalid)
            json.member("without_payload", plan.withoutPayload)
            json.member("skipped", plan.skipped.total)
            json.member("inputs") { inputs(to: &$0) }
            json.member("errors") { errors(to: &$0) }
            json.member("first_message") { firstMessage(to: &$0) }
            json.member("largest_records") { json in
                json.array(plan.largest.entries) { json, entry in
                    json.object { json in
                        place(entry.place, to: &json)
                        json.member("bytes", entry.length)
                    }
                }
            }
            json.member("applications") { list(plan.applications, "appId", to: &$0) }
            json.member("event_types") { list(plan.eventTypes, "event_type", to: &$0) }
            json.member("time") { json in
                json.object { json in
                    json.member("rate_seconds", Self.seconds(plan.timeAtRate), places: 2)
                    json.member(
                        "app_rate_seconds", Self.seconds(plan.timeAtApplicationRate), places: 2)
                    json.member("replay_seconds", Self.seconds(plan.timeOfReplay), places: 2)
                    json.member("seconds", Self.seconds(plan.time), places: 2)
                }
            }
            json.member("replay") { replay(to: &$0) }
            json.member("duplicates") { duplicates(to: &$0) }
            json.member("shards") { shards(to: &$0) }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private func inputs(to json: inout JSONWriter) {
        json.array(plan.inputs) { json, input in
            json.object { json in
                json.member("path", input.path)
                json.member("bytes", input.bytes)
                json.member("gzip", input.packing == .gzip)
                json.member("compression", input.packing?.rawValue)
                json.member("records", input.records)
                json.member("blank_lines", input.blankLines)
                json.member("ignored_members", input.ignored.total)
                json.member("ignored") { SummaryJSON.ignored(input.ignored, to: &$0) }
                json.member("refusal", input.refusal)
            }
        }
    }

    private func errors(to json: inout JSONWriter) {
        json.array(plan.orderedProblems) { json, error in
            json.object { json in
                json.member("error", error.code.rawValue)
                json.member("count", error.problem.count)
                json.member("places") { json in
                    json.array(error.problem.places) { json, found in
                        json.object { json in
                            place(found.place, to: &json)
                            json.member("detail", found.description)
                        }
                    }
                }
            }
        }
    }

    private func firstMessage(to json: inout JSONWriter) {
        guard let first = plan.firstMessage else { return json.null() }
        json.object { json in
            place(first.place, to: &json)
            json.member("method", FirstMessage.method)
            json.member("path", first.path)
            json.member("event_type", first.eventTypeText)
            // Its start, as text.
            json.member("payload", first.payload?.start)
            json.member("payload_bytes", first.payload?.count)
        }
    }

    /// Writes all tracked keys, the most frequent first, and the sum of the others.
    private func list(_ tally: Tally, _ name: String, to json: inout JSONWriter) {
        let tracked = tally.top(.max)
        json.object { json in
            json.member("distinct", tally.distinct)
            json.member("exact", tally.isExact)
            json.member("missed_at_most", tally.missed)
            json.member("listed") { json in
                json.array(tracked) { json, count in
                    json.object { json in
                        json.member(name, String(decoding: count.key, as: UTF8.self))
                        json.member("records", count.records)
                        json.member("bytes", count.bytes)
                        json.member("missed_at_most", count.missed)
                    }
                }
            }
            let others = tally.others(than: tracked)
            json.member("others") { json in
                json.object { json in
                    json.member("records", others.records)
                    json.member("bytes", others.bytes)
                }
            }
        }
    }

    private func replay(to json: inout JSONWriter) {
        guard let replay = plan.replay else { return json.null() }
        json.object { json in
            json.member("most_in_a_second", replay.mostInSecond)
            json.member("out_of_order", replay.lateRecords)
            json.member("shortened_gaps", replay.shortenedGaps)
            json.member("longest_gaps") { json in
                json.array(replay.gaps) { json, gap in
                    json.object { json in
                        place(gap.place, to: &json)
                        json.member("seconds", Double(gap.length) / 1e9, places: 3)
                    }
                }
            }
        }
    }

    private func duplicates(to json: inout JSONWriter) {
        guard let found = plan.duplicates else { return json.null() }
        json.object { json in
            json.member("count", found.count)
            json.member("places") { json in
                json.array(found.pairs) { json, pair in
                    json.object { json in
                        place(pair.duplicate, to: &json)
                        json.member("first_file", plan.path(of: pair.first))
                        json.member("first_line", pair.first.line)
                    }
                }
            }
        }
    }

    private func shards(to json: inout JSONWriter) {
        guard let shards = plan.shards else { return json.null() }
        json.object { json in
            json.member("count", shards.count)
            json.member("listed") { json in
                json.array(plan.timesOfShards.enumerated()) { json, shard in
                    json.object { json in
                        json.member("shard", shard.offset + 1)
                        json.member("records", shards.records[shard.offset])
                        json.member("valid", shards.valid[shard.offset])
                        json.member("seconds", Self.seconds(shard.element), places: 2)
                    }
                }
            }
            json.member("late_applications") { json in
                json.array(plan.lateApplications) { json, late in
                    json.object { json in
                        json.member("appId", late.application)
                        json.member("shard", late.shard)
                        json.member("records", late.records)
                    }
                }
            }
        }
    }

    private func place(_ place: RecordPlace, to json: inout JSONWriter) {
        json.member("file", plan.path(of: place))
        json.member("line", place.line)
    }

    private static func seconds(_ time: Duration?) -> Double? {
        time.map { Double($0.inNanoseconds) / 1e9 }
    }
}

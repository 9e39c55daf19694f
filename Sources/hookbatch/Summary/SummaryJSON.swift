import Delivery
import Records
import Sending
import Time

/// The summary as JSON: the content of `summary.json`.
enum SummaryJSON {
    static func bytes(of summary: RunSummary) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { json in
            json.member("hookbatch", summary.version)
            json.member("run_id", summary.runID)
            json.member("finished", summary.stop == nil)
            json.member("exit_code", summary.exitStatus.rawValue)
            json.member("stop") { json in
                guard let stop = summary.stop else { return json.null() }
                json.object { json in
                    json.member("cause", stop.code)
                    json.member("detail", stop.sentence)
                    if let advice = stop.advice { json.member("advice", advice) }
                }
            }
            json.member("started_at", summary.startedAt)
            json.member("ended_at", summary.endedAt.rfc3339)
            json.member("elapsed_ms", summary.elapsed.inNanoseconds / 1_000_000)
            json.member("lines_per_second", summary.linesPerSecond)
            json.member("processes") { json in
                json.array(summary.processes) { json, process in
                    json.object { json in
                        json.member("started_at", process.startedAt)
                        json.member("ended_at", process.endedAt)
                        json.member("stop", process.stop)
                    }
                }
            }
            json.member("host", summary.host)
            json.member("destination") { json in
                json.object { json in
                    switch summary.destination {
                    case .store(let path): json.member("store", path)
                    case .api(let url): json.member("api", url)
                    }
                }
            }
            json.member("command", summary.command)
            json.member("retry_command", summary.retryCommand)
            json.member("options") { json in
                json.object { json in
                    for (flag, value) in summary.options.sorted(by: { $0.key < $1.key }) {
                        json.member(flag, value)
                    }
                }
            }
            json.member("inputs") { json in
                json.array(summary.inputs) { json, input in
                    json.object { json in
                        json.member("path", input.path)
                        json.member("size", input.size)
                        json.member("modified_at", input.modified?.rfc3339)
                    }
                }
            }
            json.member("counts") { $0.object { counts(of: summary, to: &$0) } }
            json.member("errors") { json in
                json.array(summary.errors) { json, error in
                    json.object { json in
                        json.member("error", error.code)
                        json.member("count", error.count)
                        json.member("first_file", error.firstPath)
                        json.member("first_line", error.firstLine)
                    }
                }
            }
            json.member("given_up") { json in
                json.array(summary.facts.givenUp.top) { json, givenUp in
                    json.object { json in
                        json.member("appId", givenUp.application)
                        json.member("not_attempted", givenUp.lines)
                    }
                }
            }
            json.member("ignored") { ignored(summary.facts.ignored, to: &$0) }
            json.member("warnings") { json in
                json.array(summary.warnings) { $0.literal($1) }
            }
            json.member("pace") { json in
                guard let pace = summary.pace else { return json.null() }
                json.object { Self.pace(pace, to: &$0) }
            }
            json.member("files") { json in
                json.array(summary.files) { json, file in
                    json.object { json in
                        json.member("kind", file.kind.rawValue)
                        json.member("path", file.path)
                    }
                }
            }
            json.member("next", summary.next?.command)
            json.member("directory", summary.directory)
            json.member("steps") { json in
                json.array(summary.steps) { json, step in
                    json.object { json in
                        json.member("kind", step.kind.rawValue)
                        json.member("what", step.reason)
                        json.member("command", step.command)
                    }
                }
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    /// Writes the first names of ignored members and columns, with their counts.
    static func ignored(_ names: IgnoredNames, to json: inout JSONWriter) {
        json.array(names.entries) { json, entry in
            json.object { json in
                json.member("name", entry.name)
                json.member("count", entry.count)
            }
        }
    }

    private static func pace(_ pace: RunSummary.Pace, to json: inout JSONWriter) {
        json.member("attempts", pace.attempts)
        json.member("attempts_per_second", pace.attemptsPerSecond, places: 2)
        json.member("latency_ms") { json in
            guard let latency = pace.latency else { return json.null() }
            json.object { json in
                json.member("p50", Double(latency.p50) / 1e6, places: 2)
                json.member("p90", Double(latency.p90) / 1e6, places: 2)
                json.member("p99", Double(latency.p99) / 1e6, places: 2)
                json.member("max", Double(latency.longest) / 1e6, places: 2)
            }
        }
        if let lag = pace.lag {
            json.member("lag_ms") { json in
                json.object { json in
                    json.member("p50", Double(lag.p50) / 1e6, places: 2)
                    json.member("p99", Double(lag.p99) / 1e6, places: 2)
                    json.member("max", Double(lag.longest) / 1e6, places: 2)
                }
            }
            json.member("out_of_order", pace.lateRecords)
        }
        json.member("waited_ms") { json in
            json.object { json in
                for wait in pace.waits where wait.length >= .milliseconds(1) {
                    json.member(wait.reason.rawValue, wait.length.inNanoseconds / 1_000_000)
                }
            }
        }
    }

    private static func counts(of summary: RunSummary, to json: inout JSONWriter) {
        json.member("read", summary.facts.read)
        for outcome in Outcome.allCases {
            json.member(outcome.rawValue, summary.facts.counts[outcome])
        }
        json.member("skipped", summary.facts.skipped)
        json.member("retries", summary.facts.retries)
        json.member("possible_duplicates", summary.facts.possibleDuplicates)
        json.member("arrived", summary.facts.arrived)
        json.member("without_payload", summary.facts.withoutPayload)
        json.member("blank_lines", summary.facts.blankLines)
        json.member("ignored_members", summary.facts.ignored.total)
    }
}

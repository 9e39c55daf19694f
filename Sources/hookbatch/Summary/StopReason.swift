import Delivery

/// Why a run stopped before its end. The same command resumes it.
enum StopReason: Equatable, Sendable {
    /// 401: the key is wrong for every line; where the key is, nil if that is unknown.
    case unauthorized(key: String? = nil)
    /// 403, before anything was accepted or for many lines of several applications; likewise.
    case forbidden(key: String? = nil)
    /// The proxy rejects its user or password.
    case proxyAuthentication
    /// A status that concerns every line.
    case refusedForAll(status: Int)
    /// The first responses are not those of the API; `status` is the last one.
    case notTheAPI(status: Int)
    /// No usable response before the first accepted line, or a proxy's refusal.
    case unreachable(Unreachable)
    /// The server was down for longer than `--outage-patience`; why there was no connection, nil if
    /// there was one.
    case outage(Duration, Unreachable? = nil)
    /// A `Retry-After` above `--max-retry-after`.
    case retryAfterTooLong(Duration)
    case maxErrors(ErrorLimit)
    case maxDuration(Duration)
    case limit(Int)
    case signal(Signal)
    /// The report is merged without these shards of a job, such as `2,5-7`.
    case shardsMissing(String, of: Int)
    /// A file error; the message names the file, the advice says what to do; nil if the message
    /// does.
    case file(message: String, advice: String? = nil)
    /// A defect; the message names the broken condition.
    case defect(message: String)

    enum Signal: String, Sendable {
        case hangup = "SIGHUP", interrupt = "SIGINT", terminate = "SIGTERM"
    }

    /// The stable name in `summary.json`.
    var code: String {
        switch self {
        case .unauthorized: "unauthorized"
        case .forbidden: "forbidden"
        case .proxyAuthentication: "proxy_authentication"
        case .refusedForAll(let status): "http_\(status)"
        case .notTheAPI: "not_the_api"
        case .unreachable(let cause): cause.failure.rawValue
        case .outage: "outage"
        case .retryAfterTooLong: "retry_after_too_long"
        case .maxErrors: "max_errors"
        case .maxDuration: "max_duration"
        case .limit: "limit"
        case .signal(.hangup): "sighup"
        case .signal(.interrupt): "sigint"
        case .signal(.terminate): "sigterm"
        case .shardsMissing: "shards_missing"
        case .file: "file_error"
        case .defect: "internal_error"
        }
    }

    /// The cause, to complete "stopped: …".
    var sentence: String {
        switch self {
        case .unauthorized: "the API rejected the key (401)"
        case .forbidden: "the API denied access (403)"
        case .proxyAuthentication: "the proxy rejected the user or password (407)"
        case .refusedForAll(402): "the API requires a payment (402)"
        case .refusedForAll(405): "the server does not allow POST at this URL (405)"
        case .refusedForAll(426): "the server requires another protocol (426)"
        case .refusedForAll(let status): "the server redirects every request (\(status))"
        case .notTheAPI(let status) where (202...299).contains(status):
            "the server answers \(status), not 201: --to is not the messages endpoint"
        case .notTheAPI(let status): "--to is not a Hookstream API (\(status))"
        case .unreachable(let cause): cause.sentence
        case .outage(let length, let cause):
            cause?.outageSentence(length) ?? "the API was down for \(length.shownExactly)"
        case .retryAfterTooLong(let wait):
            "Retry-After is \(wait.shownExactly), above --max-retry-after"
        case .maxErrors(.count(let count)):
            "--max-errors \(count) was reached"
        case .maxErrors(.percent(let share)):
            "--max-errors \(share == share.rounded() ? "\(Int(share))" : "\(share)")% was reached"
        case .maxDuration(let length): "--max-duration \(length.shownExactly) elapsed"
        case .limit(let count):
            "--limit \(count) was reached (\(WholeNumber.shown(UInt64(count), "record")) taken)"
        case .signal(let signal): "\(signal.rawValue) was received"
        case .shardsMissing(let numbers, let count):
            "the report lacks the shards \(numbers) of \(count)"
        case .file(let message, _): message
        case .defect(let message): "internal error: \(message); please report this"
        }
    }

    /// What to do before a resume; nil if nothing.
    var advice: String? {
        switch self {
        case .unauthorized(let key): "check the API key\(Self.place(key)) and --auth"
        case .forbidden(let key): "check the permissions of the API key\(Self.place(key))"
        case .proxyAuthentication: "check the user and password in the URL of --proxy"
        case .refusedForAll(402): "check the plan or the balance of the account"
        case .refusedForAll: "find out what has changed at the URL of --to"
        case .notTheAPI(404): "check the URL of --to (is /v1 missing?) and the appIds"
        case .notTheAPI: "check the URL of --to (is /v1 missing?)"
        case .unreachable(let cause): cause.advice
        case .outage(_, let cause): cause?.outageAdvice ?? "wait until the API is back"
        case .retryAfterTooLong: "wait for this time, or raise --max-retry-after"
        case .maxErrors: "check the errors, or raise --max-errors"
        case .shardsMissing: "finish them, then merge again"
        case .maxDuration, .limit, .signal: nil
        case .file(_, let advice): advice
        case .defect: nil
        }
    }

    private static func place(_ key: String?) -> String { key.map { " in \($0)" } ?? "" }

    var exitStatus: ExitStatus {
        switch self {
        case .signal(.hangup): .hangup
        case .signal(.interrupt): .interrupted
        case .signal(.terminate): .terminated
        case .file: .fileError
        case .defect: .internalError
        default: .stopped
        }
    }
}

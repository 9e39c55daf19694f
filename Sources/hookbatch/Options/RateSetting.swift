import Delivery
import Platform
import Sending

/// The value of `--rate` as given.
enum RateArgument: Hashable, Sendable {
    case rate(Rate)
    /// It has several words, as a timetable has.
    case timetable(String)
    /// The path after `@`.
    case file(String)

    init?(text: String) {
        if let rate = Rate(text: text) {
            self = .rate(rate)
        } else if text.hasPrefix("@") {
            self = .file(String(text.dropFirst()))
        } else if text.contains(where: { ", \t\n".contains($0) }) {
            self = .timetable(text)
        } else {
            return nil
        }
    }
}

/// The rate of the whole run.
struct RateSetting: Hashable, Sendable {
    /// The rates of a day; of a file, those at the start.
    var timetable: RateTimetable
    /// The path of the file that sets them; nil if they are typed.
    var file: String?
    /// The number of processes that share the rates. `timetable` has the part of this one.
    var processes = 1

    /// The only rate of the run; nil if it may change.
    var constant: Rate? {
        file == nil && timetable.isConstant ? timetable.parts[0].rate : nil
    }

    /// Returns `--rate`; nil if it is not given. Reads its file.
    ///
    /// - Parameter processes: The number of processes that share it, at least 1.
    static func given(
        in arguments: Arguments, among processes: Int = 1
    ) throws(UsageError) -> RateSetting? {
        guard var setting = try whole(in: arguments) else { return nil }
        setting.timetable = setting.timetable.divided(by: processes)
        setting.processes = processes
        return setting
    }

    private static func whole(in arguments: Arguments) throws(UsageError) -> RateSetting? {
        let spelling = Flags.pace.rate.declaration.spelling
        switch try arguments.value(Flags.pace.rate) {
        case nil: return nil
        case .rate(let rate): return RateSetting(timetable: RateTimetable(rate))
        case .timetable(let text):
            do {
                return RateSetting(timetable: try RateTimetable(text: text))
            } catch {
                throw UsageError("\(spelling): \(error.reason)")
            }
        case .file(let path):
            var file = RateFile(path)
            switch file.readIfChanged() {
            case .success(let timetable): return RateSetting(timetable: timetable, file: path)
            case .failure(let problem):
                throw UsageError("\(spelling) @\(Escaping.escaped(path)): \(problem.reason)")
            case nil: preconditionFailure("the first read of a file has a result")
            }
        }
    }
}

extension RateFile {
    /// - Parameter processes: The number of processes that share its rates.
    init(_ path: String, among processes: Int = 1) {
        self.init(path) { text in
            do throws(InvalidRateText) {
                let whole = try RateTimetable(text: text, isFile: true)
                return .success(whole.divided(by: processes))
            } catch {
                return .failure(error)
            }
        }
    }
}

extension RateControl {
    /// The changes of a rate; nil if it does not change.
    init?(_ setting: RateSetting?) {
        guard let setting, setting.constant == nil else { return nil }
        self.init(
            setting.timetable,
            file: setting.file.map { RateFile($0, among: setting.processes) })
    }
}

extension RateFile.Problem {
    /// The rest of a sentence after a colon, without a full stop.
    var reason: String {
        switch self {
        case .text(let invalid): invalid.reason
        case .file(.missing): "the file does not exist"
        case .file(.notRegular): "it is not a regular file"
        case .file(.tooLarge): "the file is larger than \(RateFile.maxBytes / 1024) KiB"
        case .file(.failed(let error)):
            "the file can't be read: \(SystemError.text(of: error.code))"
        }
    }
}

extension ValueSyntax<RateArgument> {
    static let changingRate = ValueSyntax(
        "RATE", noun: "a rate", example: "200/s", missingUnit: ("rate", "/s"),
        parse: RateArgument.init(text:))
}

/// What an input is named by.
enum InputPath: Hashable, Sendable {
    case standardInput
    case file(String)

    /// `-` is standard input.
    init(operand: String) { self = operand == "-" ? .standardInput : .file(operand) }

    /// The name that reports and messages bear: the path as it was given, `-` for standard input.
    var shown: String {
        switch self {
        case .standardInput: "-"
        case .file(let path): path
        }
    }

    /// A path without `.` steps and doubled slashes, so that `./a` and `a` are one.
    static func normalised(_ path: String) -> String {
        let steps = path.split(separator: "/").filter { $0 != "." }
        return (path.hasPrefix("/") ? "/" : "") + steps.joined(separator: "/")
    }
}

/// The name of an input.
package enum InputPath: Hashable, Sendable {
    case standardInput
    case file(String)

    /// `-` is standard input.
    package init(operand: String) { self = operand == "-" ? .standardInput : .file(operand) }

    /// The name in reports and messages: the path as given, `-` for standard input.
    package var shown: String {
        switch self {
        case .standardInput: "-"
        case .file(let path): path
        }
    }

    /// Returns a path without `.` steps and doubled slashes, so `./a` equals `a`.
    package static func normalised(_ path: String) -> String {
        let steps = path.split(separator: "/").filter { $0 != "." }
        return (path.hasPrefix("/") ? "/" : "") + steps.joined(separator: "/")
    }
}

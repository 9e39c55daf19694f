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
}

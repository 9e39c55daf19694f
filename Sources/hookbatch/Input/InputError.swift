/// An input that can't be opened or read: facts; `message` is the one place that words them.
enum InputError: Error, Equatable {
    case doesNotExist(path: String)
    case isDirectory(path: String)
    /// Two names of one file: every line of it would be sent twice.
    case sameFile(path: String, as: String)
    case system(call: String, path: String, errno: Int32)
    /// The file became shorter while it was read. Sizes in bytes.
    case shrank(path: String, from: UInt64, to: UInt64)

    var message: String {
        switch self {
        case .doesNotExist(let path):
            "\(Self.named(path)) does not exist"
        case .isDirectory(let path):
            "\(Self.named(path)) is a directory; name the files in it"
        case .sameFile(let path, let other):
            "\(Self.named(path)) and \(Self.named(other)) are the same file; "
                + "every line would be sent twice"
        case .system(let call, let path, let number):
            "\(Self.named(path)) can't be \(call == "open" ? "opened" : "read"): "
                + SystemMessage.text(number)
        case .shrank(let path, let from, let to):
            "\(Self.named(path)) became shorter while it was read: it had "
                + "\(WholeNumber.shown(from, "byte")), now it has \(WholeNumber.shown(to))"
        }
    }

    /// An input's path as a person knows it.
    static func named(_ path: String) -> String {
        path == InputPath.standardInput.shown ? "standard input" : Shown.quoted(path)
    }
}

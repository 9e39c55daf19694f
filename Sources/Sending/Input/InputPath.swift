import Platform

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

    /// Whether the name is one of an open descriptor, such as `/dev/fd/63` for `<(command)`.
    ///
    /// The next process may have another input under this name.
    package var isDescriptor: Bool {
        guard case .file(let path) = self else { return false }
        let steps = path.split(separator: "/").filter { $0 != "." }
        guard path.hasPrefix("/"), steps.count >= 3, let number = steps.last,
            number.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return false }
        return steps.dropLast() == ["dev", "fd"]
            || steps.first == "proc" && steps.dropLast().last == "fd"
    }

    /// Whether it is the name of a regular file, also through links; false if that is not known.
    package var isRegularFile: Bool {
        guard case .file(let path) = self else { return false }
        return (try? FileStatus.of(path, followingLinks: true))?.isRegular ?? false
    }

    /// Returns a path without `.` steps and doubled slashes, so `./a` equals `a`.
    package static func normalised(_ path: String) -> String {
        let steps = path.split(separator: "/").filter { $0 != "." }
        return (path.hasPrefix("/") ? "/" : "") + steps.joined(separator: "/")
    }

    /// Returns the same with the working directory before a relative path.
    package static func absolute(_ path: String) -> String {
        normalised(Directory.absolute(path))
    }
}

import Glibc
import Platform
import Sending

/// The list of input paths of `--files-from`.
struct InputList: Hashable, Sendable {
    /// Maximum size of a list, in bytes.
    static let maxBytes = 8 << 20
    /// Maximum number of paths. The journal has all of them in one row.
    static let maxPaths = 50_000

    /// The paths in order, at least one.
    let paths: [InputPath]

    private static let flag = Flags.input.filesFrom.declaration.spelling

    /// Reads a list from a file or, for `-`, from standard input.
    init(readFrom source: String) throws(UsageError) {
        let isStream = source == InputPath.standardInput.shown
        let name = isStream ? "standard input" : Escaping.quoted(source)
        let descriptor =
            isStream ? STDIN_FILENO : open(source, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else {
            throw UsageError(
                "\(Self.flag): \(name) can't be opened: \(SystemError.text(of: errno))")
        }
        defer { if !isStream { close(descriptor) } }
        try self.init(Self.read(descriptor, name), name: name)
    }

    /// Splits a list at its NUL bytes, or at its line breaks if it has none.
    ///
    /// - Parameter name: The list in messages.
    init(_ list: [UInt8], name: String) throws(UsageError) {
        let isTerminated = list.contains(0)
        let hasMark = !isTerminated && list.starts(with: [0xEF, 0xBB, 0xBF])
        let parts = (hasMark ? list[3...] : list[...]).split(
            separator: isTerminated ? 0 : UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var paths: [InputPath] = []
        for (index, part) in parts.enumerated() {
            var part = part
            // A list from Windows.
            if !isTerminated, part.last == UInt8(ascii: "\r") { part.removeLast() }
            if part.isEmpty { continue }
            let place = "\(Self.flag): \(isTerminated ? "entry" : "line") \(index + 1) of \(name)"
            guard let path = String(validating: part, as: UTF8.self) else {
                throw UsageError(
                    "\(place) is not UTF-8; rename the file, or give it as an argument")
            }
            guard path != InputPath.standardInput.shown else {
                throw UsageError(
                    "\(place) is '-', and a list can't name standard input; write ./- for a file "
                        + "of this name")
            }
            guard paths.count < Self.maxPaths else {
                throw UsageError(
                    "\(Self.flag): \(name) has more than "
                        + "\(WholeNumber.shown(UInt64(Self.maxPaths))) paths; send it in parts "
                        + "(example: split -l 10000)")
            }
            paths.append(.file(path))
        }
        guard !paths.isEmpty else {
            throw UsageError("\(Self.flag): \(name) has no paths; write one on each line")
        }
        self.paths = paths
    }

    private static func read(_ descriptor: Int32, _ name: String) throws(UsageError) -> [UInt8] {
        guard let list = SmallFile.firstBytes(of: descriptor, upTo: maxBytes + 1) else {
            throw UsageError("\(flag): \(name) can't be read: \(SystemError.text(of: errno))")
        }
        guard list.count <= maxBytes else {
            throw UsageError(
                "\(flag): \(name) is larger than \(ByteCount.shown(UInt64(maxBytes))); "
                    + "is it a list of paths?")
        }
        return list
    }
}

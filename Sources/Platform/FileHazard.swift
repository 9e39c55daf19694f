/// A reason not to use an existing file: another user may have made it, or can read it.
///
/// In a folder where others can create files, any file with a known name may be theirs.
package enum FileHazard: Hashable, Sendable {
    case symbolicLink
    /// A directory, a FIFO, a socket or a device.
    case notRegular
    /// The file's user id, and that of files that this process creates.
    case otherOwner(UInt32, expected: UInt32)
    /// Number of the file's names: a write also changes the file under another name.
    case hardLinks(UInt64)
    /// The file's permission bits, and the widest allowed ones.
    case wideMode(UInt32, limit: UInt32)

    /// The rest of a sentence that begins with the file's path, without a full stop.
    package var text: String {
        let elsewhere = "use a folder that only you can write"
        return switch self {
        case .symbolicLink: "is a symbolic link, which is not followed; remove it, or \(elsewhere)"
        case .notRegular: "is not a regular file; remove it, or \(elsewhere)"
        case .otherOwner(let owner, let expected):
            "belongs to user \(owner), not to user \(expected); \(elsewhere), or run the command as "
                + "user \(owner) if that is you too"
        case .hardLinks(let count):
            "has \(count) hard links, and is another file too; replace it with a copy of itself, or "
                + elsewhere
        case .wideMode(let mode, let limit):
            "has mode 0\(String(mode, radix: 8)), wider than 0\(String(limit, radix: 8)); narrow it "
                + "with chmod \(String(mode & limit, radix: 8))"
        }
    }
}

extension FileStatus {
    /// The reason not to use this existing file; nil if it is safe.
    ///
    /// - Parameters:
    ///   - owner: The user id that the file must have.
    ///   - widestMode: The permission bits that it may have.
    package func hazard(owner expected: UInt32, widestMode: UInt32 = 0o777) -> FileHazard? {
        if isSymbolicLink { return .symbolicLink }
        if !isRegular { return .notRegular }
        if owner != expected { return .otherOwner(owner, expected: expected) }
        // A file that was removed after its open has none.
        if linkCount > 1 { return .hardLinks(linkCount) }
        if permissions & ~widestMode != 0 {
            return .wideMode(permissions, limit: widestMode)
        }
        return nil
    }
}

import Glibc

/// The attributes of a file.
package struct FileStatus: Hashable, Sendable {
    /// Bytes.
    package var size: UInt64
    /// Last modification of the content, in nanoseconds since 1970.
    package var modifiedNanoseconds: Int64
    package var isRegular: Bool
    package var isDirectory: Bool
    package var isSymbolicLink: Bool
    /// The user id.
    package var owner: UInt32
    /// Number of its names.
    package var linkCount: UInt64
    /// The bits of `0o777`.
    package var permissions: UInt32
    /// Device and inode, equal for all names of a file.
    package var identity: Identity

    package struct Identity: Hashable, Sendable {
        package var device: UInt64
        package var inode: UInt64
    }

    init(_ status: stat) {
        size = UInt64(clamping: status.st_size)
        let (seconds, overflow) = Int64(status.st_mtim.tv_sec)
            .multipliedReportingOverflow(by: 1_000_000_000)
        modifiedNanoseconds = overflow ? 0 : seconds &+ Int64(status.st_mtim.tv_nsec)
        isRegular = status.st_mode & S_IFMT == S_IFREG
        isDirectory = status.st_mode & S_IFMT == S_IFDIR
        isSymbolicLink = status.st_mode & S_IFMT == S_IFLNK
        owner = status.st_uid
        linkCount = UInt64(status.st_nlink)
        permissions = UInt32(status.st_mode) & 0o777
        identity = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }

    /// Returns the status of `path`; nil if it does not exist.
    ///
    /// - Parameter followingLinks: Whether the status of a symbolic link is its target's.
    package static func of(
        _ path: String, followingLinks: Bool = false
    ) throws(SystemError) -> FileStatus? {
        var status = stat()
        guard (followingLinks ? stat(path, &status) : lstat(path, &status)) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw SystemError(followingLinks ? "stat" : "lstat", path)
        }
        return FileStatus(status)
    }

    /// Whether a path names a file; false if it can't be inspected.
    ///
    /// - Parameter followingLinks: Whether the target of a symbolic link must exist.
    package static func exists(_ path: String, followingLinks: Bool = false) -> Bool {
        ((try? of(path, followingLinks: followingLinks)) ?? nil) != nil
    }

    /// Whether two paths name the same file, through links too; false if one can't be inspected.
    package static func areSame(_ path: String, _ other: String) -> Bool {
        guard let status = (try? of(path, followingLinks: true)) ?? nil,
            let same = (try? of(other, followingLinks: true)) ?? nil
        else { return false }
        return status.identity == same.identity
    }

    /// Returns the status of an open file.
    ///
    /// - Parameter path: Its path, for the error.
    package static func of(
        descriptor: Int32, path: String
    ) throws(SystemError) -> FileStatus {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemError("fstat", path) }
        return FileStatus(status)
    }
}

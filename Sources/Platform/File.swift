import Glibc

/// An open regular file. It is closed with its last reference.
///
/// It holds nothing that changes, so that the syncing thread may share it with the loop.
package final class File: Sendable {
    package let descriptor: Int32
    /// The path it was opened by; messages name it.
    package let path: String

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// What a file is opened for.
    package enum Access: Sendable {
        case read
        case readAndWrite
    }

    /// Opens the file at `path`. A symbolic link as its last component is refused (`ELOOP`), and
    /// so is anything but a regular file (`EINVAL`); opening a pipe's path does not block.
    package static func open(_ path: String, for access: Access) throws(SystemError) -> File {
        let flags = access == .read ? O_RDONLY : O_RDWR
        return try open(path, flags: flags | O_NONBLOCK)
    }

    /// Creates `path` with mode 0600; it must not be there (`EEXIST`), not even as a link.
    package static func create(_ path: String) throws(SystemError) -> File {
        try open(path, flags: O_RDWR | O_CREAT | O_EXCL)
    }

    private static func open(_ path: String, flags: Int32) throws(SystemError) -> File {
        var descriptor: Int32
        repeat {
            descriptor = Glibc.open(path, flags | O_NOFOLLOW | O_CLOEXEC, 0o600)
        } while descriptor < 0 && errno == EINTR
        guard descriptor >= 0 else { throw SystemError("open", path) }
        let file = File(descriptor: descriptor, path: path)
        guard try file.status().isRegular else {
            throw SystemError(call: "open", path: path, code: EINVAL)
        }
        return file
    }

    /// Gives the file the mode 0644.
    func letOthersRead() throws(SystemError) {
        guard fchmod(descriptor, 0o644) == 0 else { throw SystemError("fchmod", path) }
    }

    /// Removes `path`; that it is not there is no failure.
    package static func remove(_ path: String) throws(SystemError) {
        if unlink(path) != 0, errno != ENOENT { throw SystemError("unlink", path) }
    }

    /// Gives the file at `source` the name `target`, in place of what had it.
    package static func rename(_ source: String, to target: String) throws(SystemError) {
        if Glibc.rename(source, target) != 0 { throw SystemError("rename", target) }
    }

    package func status() throws(SystemError) -> FileStatus {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemError("fstat", path) }
        return FileStatus(status)
    }

    /// What the file's disk has left for this user, in bytes.
    package func freeBytes() throws(SystemError) -> UInt64 {
        var status = statvfs()
        guard fstatvfs(descriptor, &status) == 0 else { throw SystemError("fstatvfs", path) }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }

    /// Makes the bytes, and what is needed to find them, outlive a power cut.
    package func syncData() throws(SystemError) {
        guard fdatasync(descriptor) == 0 else { throw SystemError("fdatasync", path) }
    }

    /// Makes the bytes and all attributes outlive a power cut.
    package func sync() throws(SystemError) {
        guard fsync(descriptor) == 0 else { throw SystemError("fsync", path) }
    }

    /// Cuts the file to its first `size` bytes.
    package func truncate(to size: UInt64) throws(SystemError) {
        while ftruncate(descriptor, off_t(size)) != 0 {
            guard errno == EINTR else { throw SystemError("ftruncate", path) }
        }
    }

    /// Takes the file's exclusive lock if no other open file holds it. It ends with this file.
    package func tryLock() throws(SystemError) -> Bool {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EWOULDBLOCK { return false }
            guard errno == EINTR else { throw SystemError("flock", path) }
        }
        return true
    }
}

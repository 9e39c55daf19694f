import CPosix
import Glibc

/// An open regular file, closed with its last reference.
///
/// It has no mutable state, so that the syncing thread can share it with the loop.
package final class File: Sendable {
    package let descriptor: Int32
    /// The path at which it was opened, for messages.
    package let path: String

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        // A process that another thread starts has copies of the descriptor until its exec.
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// The access mode of an open file.
    package enum Access: Sendable {
        case read
        case readAndWrite
    }

    /// Opens the regular file at `path`. Never blocks.
    ///
    /// - Throws: `ELOOP` if the path's last component is a symbolic link, `EINVAL` if it is not a
    ///   regular file. To write, also a `hazard` if it belongs to another user or has other names.
    package static func open(_ path: String, for access: Access) throws(SystemError) -> File {
        guard access == .readAndWrite else { return try open(path, flags: O_RDONLY | O_NONBLOCK) }
        let file = try open(path, flags: O_RDWR | O_NONBLOCK)
        let status = try file.status()
        let owner = Directory.expectedOwner(of: status, at: path)
        if let hazard = status.hazard(owner: owner) { throw SystemError(hazard, path) }
        return file
    }

    /// Creates the file at `path` with mode 0600.
    ///
    /// - Throws: `EEXIST` if the path exists, even as a link.
    package static func create(_ path: String) throws(SystemError) -> File {
        try open(path, flags: O_RDWR | O_CREAT | O_EXCL)
    }

    /// Opens the file at `path` for reading and writing, and creates it if it is missing, with mode
    /// 0600.
    package static func openOrCreate(_ path: String) throws(SystemError) -> File {
        do throws(SystemError) {
            return try create(path)
        } catch {
            guard error.code == EEXIST else { throw error }
            return try open(path, for: .readAndWrite)
        }
    }

    /// Creates a file without a name in a directory, with mode 0600: a crash leaves nothing.
    package static func createUnnamed(in folder: String) throws(SystemError) -> File {
        let descriptor = retryingInterrupts { hb_open_unnamed(folder) }
        if descriptor >= 0 { return File(descriptor: descriptor, path: folder) }
        // Such as NFS and FUSE.
        guard [EOPNOTSUPP, EISDIR, EINVAL, ENOENT].contains(errno) else {
            throw SystemError("open", folder)
        }
        let file = try create("\(folder)/.hookbatch-\(UInt64.random(in: 0 ... .max))")
        try remove(file.path)
        return file
    }

    private static func open(_ path: String, flags: Int32) throws(SystemError) -> File {
        let descriptor = retryingInterrupts {
            Glibc.open(path, flags | O_NOFOLLOW | O_CLOEXEC, 0o600)
        }
        guard descriptor >= 0 else { throw SystemError("open", path) }
        let file = File(descriptor: descriptor, path: path)
        guard try file.status().isRegular else {
            throw SystemError(call: "open", path: path, code: EINVAL)
        }
        return file
    }

    /// Sets the file's mode to 0644.
    func makeReadable() throws(SystemError) {
        guard fchmod(descriptor, 0o644) == 0 else { throw SystemError("fchmod", path) }
    }

    /// Removes `path`, if it exists.
    package static func remove(_ path: String) throws(SystemError) {
        if unlink(path) != 0, errno != ENOENT { throw SystemError("unlink", path) }
    }

    /// Renames `source` to `target`, and replaces an existing `target`.
    package static func rename(_ source: String, to target: String) throws(SystemError) {
        if Glibc.rename(source, target) != 0 { throw SystemError("rename", target) }
    }

    package func status() throws(SystemError) -> FileStatus {
        try FileStatus.of(descriptor: descriptor, path: path)
    }

    /// Returns the disk's free space for this user, in bytes.
    package func freeBytes() throws(SystemError) -> UInt64 {
        var status = statvfs()
        guard fstatvfs(descriptor, &status) == 0 else { throw SystemError("fstatvfs", path) }
        return UInt64(status.f_bavail) * UInt64(status.f_frsize)
    }

    /// Syncs the content, and the attributes to read it (`fdatasync`).
    package func syncData() throws(SystemError) {
        guard fdatasync(descriptor) == 0 else { throw SystemError("fdatasync", path) }
    }

    /// Syncs the content and all attributes (`fsync`).
    package func sync() throws(SystemError) {
        guard fsync(descriptor) == 0 else { throw SystemError("fsync", path) }
    }

    /// Makes each write append to the file, whatever other processes have written.
    package func appendOnly() throws(SystemError) {
        guard fcntl(descriptor, F_SETFL, O_APPEND) == 0 else { throw SystemError("fcntl", path) }
    }

    /// Drops cached bytes, so that the next read asks the disk, or the server of a network file
    /// system.
    package func dropCache(at offset: UInt64, count: Int) {
        _ = posix_fadvise(descriptor, off_t(offset), off_t(count), POSIX_FADV_DONTNEED)
    }

    /// Truncates the file to `size` bytes.
    package func truncate(to size: UInt64) throws(SystemError) {
        guard retryingInterrupts({ ftruncate(descriptor, off_t(size)) }) == 0 else {
            throw SystemError("ftruncate", path)
        }
    }

    /// Locks the file exclusively (`flock`); false if another open file has the lock.
    ///
    /// The lock ends when this file is closed.
    package func tryLock() throws(SystemError) -> Bool {
        if retryingInterrupts({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 { return true }
        guard errno == EWOULDBLOCK else { throw SystemError("flock", path) }
        return false
    }
}

import Glibc

/// A directory whose entries must survive a power cut.
package enum Directory {
    /// The absolute path of the working directory; nil if it was removed or is not UTF-8.
    package static var current: String? {
        guard let path = getcwd(nil, 0) else { return nil }
        defer { free(path) }
        return String(validatingCString: path)
    }

    /// Returns a path with the working directory before it; unchanged if it is absolute, or if that
    /// directory is unknown.
    package static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let current else { return path }
        if path == "." { return current }
        return current == "/" ? "/\(path)" : "\(current)/\(path)"
    }

    /// Syncs the entries of the directory that contains `path`.
    ///
    /// Creations, renames and removals in it then survive a power cut.
    package static func sync(of path: String) throws(SystemError) {
        let directory = parent(of: path)
        let descriptor = retryingInterrupts {
            open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        guard descriptor >= 0 else { throw SystemError("open", directory) }
        defer { close(descriptor) }
        // Some file systems (FUSE, CIFS) report EINVAL: they can't sync a directory.
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw SystemError("fsync", directory)
        }
    }

    /// Returns the maximum bytes of a name in the directory that contains `path`; 255 if it can't be
    /// inspected.
    package static func maxNameBytes(beside path: String) -> Int {
        var facts = statvfs()
        guard statvfs(parent(of: path), &facts) == 0, facts.f_namemax > 0 else {
            return Int(NAME_MAX)
        }
        return Int(facts.f_namemax)
    }

    /// Returns the user id that a file of this process at `path` has.
    ///
    /// It is the process's own, except on file systems that choose the owner themselves, such as
    /// SMB and vfat. A probe in the file's directory finds that owner.
    package static func expectedOwner(of status: FileStatus, at path: String) -> UInt32 {
        let own = geteuid()
        guard status.owner != own else { return own }
        let probe = try? File.createUnnamed(in: parent(of: path)).status()
        return probe?.owner ?? own
    }

    /// Returns the directory that contains `path`: `.` for a bare name.
    package static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

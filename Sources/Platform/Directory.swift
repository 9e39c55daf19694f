import Glibc

/// A directory, as far as its entries have to outlive a power cut.
package enum Directory {
    /// Makes the creations, renames and removals of entries in the directory that holds `path`
    /// outlive a power cut.
    package static func sync(of path: String) throws(SystemError) {
        let directory = parent(of: path)
        var descriptor: Int32
        repeat {
            descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        } while descriptor < 0 && errno == EINTR
        guard descriptor >= 0 else { throw SystemError("open", directory) }
        defer { close(descriptor) }
        // Some file systems (FUSE, CIFS) can't sync a directory and say so with EINVAL: there is
        // no more that can be done for the entry then.
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw SystemError("fsync", directory)
        }
    }

    /// The directory that holds `path`: `.` for a bare name.
    package static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

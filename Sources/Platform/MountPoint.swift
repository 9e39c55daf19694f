import Glibc

/// A mounted file system, by the kernel's list (`proc_pid_mountinfo(5)`).
package struct MountPoint: Hashable, Sendable {
    /// The path where it is mounted.
    package let path: String
    /// Such as `nfs4`.
    package let type: String
    /// The name of the device or the server.
    package let source: String
    package let options: Set<String>

    /// Why processes on several machines can't share the files of a run on it.
    package enum Hazard: Hashable, Sendable {
        /// Each machine has locks of its own; because of this option or type.
        case localLocks(String)
        /// Files can't be appended to or renamed.
        case objectStore(String)
    }

    /// Parses a line of the list; nil if it is invalid.
    package init?(_ line: Substring) {
        let words: [String] = line.split(
            separator: Character(" "), omittingEmptySubsequences: false
        ).map { String($0) }
        guard let dash = words.firstIndex(of: "-"), dash >= 6, words.count >= dash + 4 else {
            return nil
        }
        path = Self.unescaped(words[4])
        type = words[dash + 1]
        source = Self.unescaped(words[dash + 2])
        let list: String = words[5] + "," + words[dash + 3]
        options = Set(list.split(separator: Character(",")).map { String($0) })
    }

    /// Returns the file system with this absolute path, without links; nil if none is listed.
    ///
    /// - Parameter list: The lines of the kernel's list.
    package static func of(_ path: String, in list: String) -> MountPoint? {
        var found: MountPoint?
        for line in list.split(separator: Character("\n")) {
            guard let mount = MountPoint(line), mount.contains(path) else { continue }
            // A later one of the same path hides the earlier one.
            if mount.path.utf8.count >= found?.path.utf8.count ?? 0 { found = mount }
        }
        return found
    }

    /// Returns the file system of a folder; nil if it is unknown.
    package static func of(folder: String) -> MountPoint? {
        guard let resolved = realpath(folder, nil) else { return nil }
        defer { free(resolved) }
        guard let path = String(validatingCString: resolved),
            let list = try? SmallFile.read("/proc/self/mountinfo", upTo: 16 << 20)
        else { return nil }
        return of(path, in: String(decoding: list, as: UTF8.self))
    }

    /// Why shards can't have their files on it; nil if they can.
    package var hazard: Hazard? {
        switch type {
        case "nfs", "nfs4":
            let local = ["nolock", "local_lock=all", "local_lock=flock"]
            return local.first { options.contains($0) }.map { .localLocks($0) }
        case "lustre": return options.contains("localflock") ? .localLocks("localflock") : nil
        case "cifs", "smb3": return options.contains("nobrl") ? .localLocks("nobrl") : nil
        case "fuse.sshfs": return .localLocks("sshfs")
        case "fuse.s3fs", "fuse.gcsfuse", "fuse.goofys", "fuse.rclone", "fuse.blobfuse",
            "fuse.blobfuse2":
            return .objectStore(String(type.dropFirst("fuse.".utf8.count)))
        case "fuse" where ["mountpoint-s3", "s3fs", "blobfuse", "blobfuse2"].contains(source):
            return .objectStore(source)
        default: return nil
        }
    }

    private func contains(_ other: String) -> Bool {
        path == "/" || other == path || other.hasPrefix(path + "/")
    }

    /// Returns a field with its octal escapes, such as `\040` for a space, decoded.
    private static func unescaped(_ field: String) -> String {
        var text: [UInt8] = []
        var bytes = Array(field.utf8)[...]
        while let byte = bytes.popFirst() {
            let digits = bytes.prefix(3)
            guard byte == UInt8(ascii: "\\"), digits.count == 3,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            else {
                text.append(byte)
                continue
            }
            text.append(value)
            bytes.removeFirst(3)
        }
        return String(decoding: text, as: UTF8.self)
    }
}

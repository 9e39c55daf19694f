import Glibc
import Platform

/// The check that a shard's journal is still that of this process.
///
/// A lock can be lost while its process is frozen: a file system between machines takes it back. The
/// process that takes over leaves the file and gives its path to a copy. So the path is opened again
/// for each check, which asks the server of a network file system.
package struct JournalFence: Sendable {
    private let path: String
    private let identity: FileStatus.Identity
    /// This process's `owner` row, and where it begins.
    let row: [UInt8]
    private let offset: UInt64

    init(_ file: File, row: [UInt8], offset: UInt64) throws(SystemError) {
        path = file.path
        identity = try file.status().identity
        self.row = row
        self.offset = offset
    }

    /// - Throws: `.lost` if the path has another file, or none, or if the file has another row in the
    ///   place of this process's; another error if that can't be found out.
    package func check() throws(LedgerError) {
        let isHeld: Bool
        do {
            let file = try File.open(path, for: .read)
            let isSame = try file.status().identity == identity
            isHeld = isSame ? try hasRow(file) : false
        } catch {
            // `EINVAL`: not a regular file. `ESTALE`: the server has no such file any more.
            guard [ENOENT, ELOOP, EINVAL, ESTALE].contains(error.code) else {
                throw .system(error)
            }
            isHeld = false
        }
        guard isHeld else { throw lost }
    }

    /// The error of a process that has lost its journal.
    var lost: LedgerError {
        let owner = try? JournalOwner.last(inJournal: path)
        return .lost(path: path, host: owner?.host)
    }

    private func hasRow(_ file: File) throws(SystemError) -> Bool {
        file.dropCache(at: offset, count: row.count)
        return try file.bytes(at: offset, count: row.count) == row
    }
}

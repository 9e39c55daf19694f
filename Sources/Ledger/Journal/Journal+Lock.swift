import Glibc
import Platform

extension Journal {
    /// Opens and locks the file at `path`.
    static func openLocked(_ path: String) throws(LedgerError) -> File {
        while true {
            let file: File
            do {
                file = try File.open(path, for: .readAndWrite)
            } catch {
                throw error.code == ENOENT ? .vanished(path: path) : .system(error)
            }
            if try lock(file) { return file }
        }
    }

    /// Locks the file. Returns false if its path is no longer that of this file.
    ///
    /// Between the open and the lock, another process can finish the run and remove the file.
    static func lock(_ file: File) throws(LedgerError) -> Bool {
        guard try LedgerError.system({ () throws(SystemError) in try file.tryLock() }) else {
            throw .locked(path: file.path)
        }
        return try LedgerError.system { () throws(SystemError) in
            try FileStatus.of(file.path)?.identity == file.status().identity
        }
    }

    /// Removes a journal without a complete row. Returns the error to throw.
    ///
    /// A file whose first bytes are not those of a journal is not removed.
    static func discard(incomplete file: File) throws(LedgerError) -> LedgerError {
        let start = Array("{\"kind\":\"run\",".utf8)
        var found = [UInt8](repeating: 0, count: start.count)
        let isJournal = try LedgerError.system { () throws(SystemError) in
            let count = try readStart(of: file, into: &found)
            // A power cut can leave zeros instead of the row.
            return zip(found.prefix(count), start).allSatisfy { $0 == $1 || $0 == 0 }
        }
        guard isJournal else {
            return .damaged(path: file.path, JournalDamage(offset: 0, reason: .misplacedRun))
        }
        try LedgerError.system { () throws(SystemError) in try File.remove(file.path) }
        return .vanished(path: file.path)
    }

    private static func readStart(
        of file: File, into bytes: inout [UInt8]
    ) throws(SystemError) -> Int {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        defer { buffer.deallocate() }
        let count = try file.read(into: buffer, at: 0)
        bytes = Array(buffer)
        return count
    }
}

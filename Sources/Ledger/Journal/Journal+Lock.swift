import Glibc
import Platform

extension SystemError {
    /// Whether the call failed because the file is there.
    var isExists: Bool { code == EEXIST }
}

extension Journal {
    /// Opens the file at `path` and takes its lock.
    static func openLocked(_ path: String) throws(LedgerError) -> File {
        while true {
            let file: File
            do {
                file = try File.open(path, for: .readAndWrite)
            } catch {
                throw error.code == ENOENT ? .vanished(path: path) : .system(error)
            }
            if try holdsLock(file) { return file }
        }
    }

    /// Takes the lock; false if the file is not the one that has its path any more: between its
    /// opening and the lock, another process may have ended the run and removed it.
    static func holdsLock(_ file: File) throws(LedgerError) -> Bool {
        guard try LedgerError.system({ () throws(SystemError) in try file.tryLock() }) else {
            throw .locked(path: file.path)
        }
        return try LedgerError.system { () throws(SystemError) in
            try FileStatus.of(file.path)?.identity == file.status().identity
        }
    }

    /// Removes a journal whose first row never was whole. A file that does not even begin like a
    /// journal is somebody else's, and is left alone.
    static func discard(unborn file: File) throws(LedgerError) -> LedgerError {
        let start = Array("{\"kind\":\"run\",".utf8)
        var found = [UInt8](repeating: 0, count: start.count)
        let isOurs = try LedgerError.system { () throws(SystemError) in
            let count = try readStart(of: file, into: &found)
            // After a reset there may be zeros where the row was.
            return zip(found.prefix(count), start).allSatisfy { $0 == $1 || $0 == 0 }
        }
        guard isOurs else {
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

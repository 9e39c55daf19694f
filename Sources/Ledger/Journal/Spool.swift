package import Platform

/// Keeps the bytes of records that can't be read again, beside the journal.
///
/// A record is put here before its row is written: `flush` comes before the journal's own. One
/// thread owns it; the journal's lock keeps other processes away.
package final class Spool {
    /// The open file, which the syncing thread shares.
    package let file: File
    /// Where the next record will stand, in bytes.
    package private(set) var size: UInt64
    private var buffer = RowBuffer(capacity: 64 << 10)

    /// Records are written out when this many bytes have gathered, if no flush comes before.
    private static let bufferLimit = 256 << 10

    private init(file: File, size: UInt64) {
        self.file = file
        self.size = size
    }

    /// Begins an empty one. What is left of an earlier run's is removed.
    package static func create(_ path: String) throws(SystemError) -> Spool {
        try File.remove(path)
        return Spool(file: try File.create(path), size: 0)
    }

    /// Opens the spool of a run that goes on. What stands behind `end`, up to which the journal's
    /// rows refer to it, is nobody's and is cut off. What a reset has taken before it reads as
    /// zeros, until `rewrite` puts it back.
    ///
    /// It may not be there at all: a process can die after it made the journal and before the
    /// spool, or at the run's end between the removal of the one and of the other.
    package static func open(_ path: String, end: UInt64) throws(SystemError) -> Spool {
        let isThere = try FileStatus.of(path) != nil
        let file = isThere ? try File.open(path, for: .readAndWrite) : try File.create(path)
        try file.truncate(to: end)
        return Spool(file: file, size: end)
    }

    /// Adds a record; returns where it stands.
    package func append(_ record: UnsafeRawBufferPointer) throws(SystemError) -> UInt64 {
        let offset = size
        if buffer.count + record.count > Self.bufferLimit { try flush() }
        if record.count > Self.bufferLimit {
            try file.write(record, at: offset)
        } else {
            buffer.append(record)
        }
        size += UInt64(record.count)
        return offset
    }

    /// Puts a record back where it stood, as when the same stream is piped again.
    package func rewrite(
        _ record: UnsafeRawBufferPointer, at offset: UInt64
    ) throws(SystemError) {
        precondition(
            offset + UInt64(record.count) <= size, "a record is rewritten where it once stood")
        try flush()
        try file.write(record, at: offset)
    }

    /// Writes out what was appended.
    package func flush() throws(SystemError) {
        guard buffer.count > 0 else { return }
        try file.write(buffer.bytes, at: size - UInt64(buffer.count))
        buffer.removeAll()
    }
}

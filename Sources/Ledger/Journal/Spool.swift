package import Platform

/// The copies of a stream's records, beside the journal.
///
/// A record is written before its row: `flush` is called before the journal's. One thread owns the
/// spool; the journal's lock excludes other processes.
package final class Spool {
    /// The open file, shared with the syncing thread.
    package let file: File
    /// The offset of the next record.
    package private(set) var size: UInt64
    private var buffer = RowBuffer(capacity: 64 << 10)
    /// The error of a record that could not be appended: its row has no bytes to refer to.
    private var failure: SystemError?

    /// Maximum bytes in the buffer, which is then written without a flush.
    private static let bufferLimit = 256 << 10

    private init(file: File, size: UInt64) {
        self.file = file
        self.size = size
    }

    /// Creates an empty spool, and replaces that of an earlier run.
    package static func create(_ path: String) throws(SystemError) -> Spool {
        try File.remove(path)
        return Spool(file: try File.create(path), size: 0)
    }

    /// Opens the spool of a resumed run.
    ///
    /// Bytes past `end` are unreferenced; they are truncated. Bytes before it that a power cut has
    /// lost are zeros, until `rewrite` restores them. A missing file is created: a process can die
    /// after it created the journal and before the spool, or after it removed the spool and before
    /// the journal.
    package static func open(_ path: String, end: UInt64) throws(SystemError) -> Spool {
        let exists = try FileStatus.of(path) != nil
        let file = exists ? try File.open(path, for: .readAndWrite) : try File.create(path)
        try file.truncate(to: end)
        return Spool(file: file, size: end)
    }

    /// Appends a record and returns its offset.
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

    /// Appends a record and returns its offset; nil after a failure, which `flush` throws.
    package func keep(_ record: UnsafeRawBufferPointer) -> UInt64? {
        do {
            return try append(record)
        } catch {
            failure = failure ?? error
            return nil
        }
    }

    /// Restores a record at its offset from the repeated stream.
    package func rewrite(
        _ record: UnsafeRawBufferPointer, at offset: UInt64
    ) throws(SystemError) {
        precondition(
            offset + UInt64(record.count) <= size, "a record is rewritten within the spool")
        try flush()
        try file.write(record, at: offset)
    }

    /// Writes the appended records to the file. After a failure it may be tried again, unless a
    /// record is missing.
    package func flush() throws(SystemError) {
        if let failure { throw failure }
        guard buffer.count > 0 else { return }
        try file.write(buffer.bytes, at: size - UInt64(buffer.count))
        buffer.removeAll()
    }
}

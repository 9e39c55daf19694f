/// A file with a temporary name until it is complete.
///
/// The temporary name is always the same, so that the next process finds what a crash has left.
/// The journal's lock excludes a second writer.
package struct AtomicFile: ~Copyable {
    /// The final name.
    package let path: String
    private let file: File
    private let buffer: UnsafeMutableRawBufferPointer
    private var buffered = 0

    /// Bytes per write. Larger writes were not faster.
    private static let bufferSize = 256 << 10

    /// Creates the temporary file of `path`, and replaces an existing one.
    ///
    /// - Parameter isForOthers: Whether other users may read it (mode 0644, whatever the umask).
    package init(_ path: String, isForOthers: Bool = false) throws(SystemError) {
        self.path = path
        let temporary = Self.temporaryPath(of: path)
        try File.remove(temporary)
        let created = try File.create(temporary)
        if isForOthers { try created.makeReadable() }
        file = created
        buffer = .allocate(byteCount: Self.bufferSize, alignment: 16)
    }

    deinit { buffer.deallocate() }

    /// Writes, syncs and publishes a file of these bytes. An error leaves no temporary file.
    package static func write(
        _ bytes: [UInt8], to path: String, isForOthers: Bool = false
    ) throws(SystemError) {
        try write(to: path, isForOthers: isForOthers) { (file) throws(SystemError) in
            try file.append(bytes)
        }
    }

    /// Writes, syncs and publishes a file with the bytes that `body` appends. An error leaves no
    /// temporary file.
    package static func write(
        to path: String, isForOthers: Bool = false,
        _ body: (inout AtomicFile) throws(SystemError) -> Void
    ) throws(SystemError) {
        var file = try AtomicFile(path, isForOthers: isForOthers)
        do {
            try body(&file)
            try file.commit()
        } catch {
            try? File.remove(temporaryPath(of: path))
            throw error
        }
    }

    /// Returns the temporary name of `path`, in the same directory.
    package static func temporaryPath(of path: String) -> String { path + ".tmp" }

    /// The status of the file with its temporary name; buffered bytes do not count in its size.
    package func status() throws(SystemError) -> FileStatus { try file.status() }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
        if bytes.count > buffer.count - buffered { try writeOut() }
        if bytes.count > buffer.count {
            try file.write(bytes)
        } else {
            UnsafeMutableRawBufferPointer(rebasing: buffer[buffered...]).copyMemory(from: bytes)
            buffered += bytes.count
        }
    }

    package mutating func append(_ bytes: [UInt8]) throws(SystemError) {
        try bytes.span.withUnsafeBytes { (bytes) throws(SystemError) in try append(bytes) }
    }

    /// Syncs and returns the file, which keeps its temporary name.
    ///
    /// While that file is open its inode is not reused, so `isTemporaryFile` can identify it.
    @discardableResult
    package consuming func finish() throws(SystemError) -> File {
        try writeOut()
        try file.sync()
        return file
    }

    /// Whether `file` is the one under the temporary name of `path`.
    package static func isTemporaryFile(
        _ file: File, of path: String
    ) throws(SystemError) -> Bool {
        let found = try FileStatus.of(temporaryPath(of: path))
        return try found?.identity == file.status().identity
    }

    /// Writes and syncs all bytes, publishes the file and syncs its directory.
    package consuming func commit() throws(SystemError) {
        let path = path
        try finish()
        try Self.publish(path)
        try Directory.sync(of: path)
    }

    /// Renames the temporary file of `path` to `path`; false if there is none.
    @discardableResult
    package static func publish(_ path: String) throws(SystemError) -> Bool {
        let temporary = temporaryPath(of: path)
        guard try FileStatus.of(temporary) != nil else { return false }
        try File.rename(temporary, to: path)
        return true
    }

    private mutating func writeOut() throws(SystemError) {
        try file.write(UnsafeRawBufferPointer(rebasing: buffer[..<buffered]))
        buffered = 0
    }
}

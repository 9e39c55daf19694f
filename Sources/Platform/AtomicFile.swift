/// A file that is written under a temporary name and appears under its own only when it is whole.
///
/// The temporary name is the same each time, so that whoever comes after a crash finds what is
/// left of it; the journal's lock keeps two writers apart.
package struct AtomicFile: ~Copyable {
    /// The name under which it is to appear.
    package let path: String
    private let file: File
    private let buffer: UnsafeMutableRawBufferPointer
    private var buffered = 0

    /// Writes go out in pieces of this size. A quarter of a megabyte: beyond it nothing is gained.
    private static let bufferSize = 256 << 10

    /// Begins the file for `path`. What was left under the temporary name is removed.
    ///
    /// - Parameter isForOthers: Whether other users may read it (mode 0644, whatever the umask).
    package init(_ path: String, isForOthers: Bool = false) throws(SystemError) {
        self.path = path
        let temporary = Self.temporaryPath(of: path)
        try File.remove(temporary)
        let created = try File.create(temporary)
        if isForOthers { try created.letOthersRead() }
        file = created
        buffer = .allocate(byteCount: Self.bufferSize, alignment: 16)
    }

    deinit { buffer.deallocate() }

    /// Writes a whole file, for good when this returns.
    package static func write(
        _ bytes: [UInt8], to path: String, isForOthers: Bool = false
    ) throws(SystemError) {
        var file = try AtomicFile(path, isForOthers: isForOthers)
        try file.append(bytes)
        try file.commit()
    }

    /// The name that `path` has while it is being written: beside it, so that it can be renamed.
    package static func temporaryPath(of path: String) -> String { path + ".tmp" }

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

    /// Writes and syncs all bytes. The file stays under its temporary name. Returns it, so that it
    /// can be known again: as long as it is open no other file is taken for it.
    @discardableResult
    package consuming func finish() throws(SystemError) -> File {
        try writeOut()
        try file.sync()
        return file
    }

    /// Whether the file under the temporary name of `path` is this one.
    package static func isThere(_ file: File, for path: String) throws(SystemError) -> Bool {
        let found = try FileStatus.of(temporaryPath(of: path))
        return try found?.identity == file.status().identity
    }

    /// Writes and syncs all bytes and gives the file its name, for good once the directory is
    /// synced too, which this also does.
    package consuming func commit() throws(SystemError) {
        let path = path
        try finish()
        try Self.reveal(path)
        try Directory.sync(of: path)
    }

    /// Gives a finished file its own name; false if there is none under the temporary name.
    @discardableResult
    package static func reveal(_ path: String) throws(SystemError) -> Bool {
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

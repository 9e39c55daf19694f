import Glibc

/// The descriptor of an input, shared by all who read it.
///
/// That of a regular file with a name may be closed while others are read, and is opened again by
/// the name.
final class InputDescriptor {
    /// A file, whatever its names.
    struct Identity: Hashable {
        var device: UInt64
        var inode: UInt64
    }

    private let path: InputPath
    /// Negative while it is closed.
    private(set) var number: Int32
    private let ownsNumber: Bool
    /// The attributes at the first opening.
    let status: stat
    /// Limits how many are open; nil for those that stay open.
    private let openInputs: OpenInputs?

    var identity: Identity { Identity(status) }
    var isRegularFile: Bool { status.st_mode & S_IFMT == S_IFREG }

    /// - Parameter openInputs: The limit of inputs that are open at a time.
    init(opening path: InputPath, _ openInputs: OpenInputs) throws(InputError) {
        self.path = path
        switch path {
        case .standardInput:
            number = STDIN_FILENO
            ownsNumber = false
        case .file(let name):
            openInputs.makeRoom()
            number = try Self.open(name)
            ownsNumber = true
        }
        var facts = stat()
        let failed = fstat(number, &facts) != 0
        let code = errno
        status = facts
        let isRegular = !failed && facts.st_mode & S_IFMT == S_IFREG
        self.openInputs = ownsNumber && isRegular ? openInputs : nil
        // All properties are set: a throw runs deinit and closes the descriptor.
        if failed { throw .system(call: "fstat", path: path.shown, errno: code) }
        if facts.st_mode & S_IFMT == S_IFDIR { throw .isDirectory(path: path.shown) }
        self.openInputs?.add(self)
    }

    deinit { close() }

    /// Returns the number of the open descriptor.
    ///
    /// - Throws: `.replaced` if the name is that of another file by now, or of a changed one.
    func opened() throws(InputError) -> Int32 {
        if number >= 0 { return number }
        guard case .file(let name) = path, let openInputs else {
            preconditionFailure("only a file with a name is closed")
        }
        openInputs.makeRoom()
        do {
            number = try Self.open(name)
        } catch {
            if case .system = error { throw error }
            throw .replaced(path: path.shown)
        }
        var facts = stat()
        guard fstat(number, &facts) == 0, Identity(facts) == identity,
            facts.st_size == status.st_size, facts.st_mtim.tv_sec == status.st_mtim.tv_sec,
            facts.st_mtim.tv_nsec == status.st_mtim.tv_nsec
        else {
            close()
            throw .replaced(path: path.shown)
        }
        openInputs.add(self)
        return number
    }

    /// Closes the descriptor until it is needed.
    func close() {
        // Read only: a failed close loses nothing.
        if ownsNumber, number >= 0 { Glibc.close(number) }
        number = -1
    }

    private static func open(_ name: String) throws(InputError) -> Int32 {
        // Without a wait for the writer of a FIFO: a signal could not end it.
        let opened = Glibc.open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard opened >= 0 else { throw .opening(name, errno: errno) }
        return opened
    }
}

extension InputDescriptor.Identity {
    fileprivate init(_ status: stat) {
        self.init(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }
}

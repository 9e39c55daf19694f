import TestSupport
import Testing

/// Another process that locks the store, from `init` to `letGo`.
final class StoreHolder {
    private let program: RunningProgram

    init(_ path: String) throws {
        program = try Program("sqlite3", [path], input: .open).start()
        program.write("BEGIN IMMEDIATE;\n.shell echo held >&2\n".utf8)
        try #require(program.waitForError("held"))
    }

    func letGo() {
        program.write("COMMIT;\n".utf8)
        program.closeInput()
        #expect(program.wait().exitCode == 0)
    }
}

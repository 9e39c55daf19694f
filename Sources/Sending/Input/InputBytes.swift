import Ledger
package import Platform

/// The bytes of an input, for the files of undelivered lines.
package final class InputBytes: RecordBytes {
    private let file: InputFile

    package init(_ file: InputFile) { self.file = file }

    package func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
    ) throws(SystemError) -> Int {
        do {
            return try file.pread(into: buffer, at: offset)
        } catch {
            guard let error = SystemError(error) else { return 0 }
            throw error
        }
    }
}

/// The bytes of a compressed input, decompressed again from its start.
///
/// Rows are in input order, so one pass is enough. A row with an earlier offset costs another
/// pass.
package final class UnpackedBytes: RecordBytes {
    private let input: InputFile
    private var file: InputFile?
    /// The decompressed offset of the next read.
    private var position: UInt64 = 0

    package init(_ input: InputFile) { self.input = input }

    package func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
    ) throws(SystemError) -> Int {
        do {
            let file = try opened(before: offset)
            while position < offset {
                let wanted = Int(min(UInt64(buffer.count), offset - position))
                guard wanted > 0, try fill(buffer, wanted, from: file) == wanted else { return 0 }
            }
            return try fill(buffer, buffer.count, from: file)
        } catch {
            guard let error = SystemError(error) else { return 0 }
            throw error
        }
    }

    private func opened(before offset: UInt64) throws(InputError) -> InputFile {
        if let file, position <= offset { return file }
        let opened = try InputFile(again: input)
        file = opened
        position = 0
        return opened
    }

    private func fill(
        _ buffer: UnsafeMutableRawBufferPointer, _ wanted: Int, from file: InputFile
    ) throws(InputError) -> Int {
        var filled = 0
        while filled < wanted {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled..<wanted])
            guard let count = try file.read(into: rest) else { continue }
            if count == 0 { break }
            filled += count
        }
        position += UInt64(filled)
        return filled
    }
}

extension SystemError {
    /// Returns nil if no system call failed: the bytes are missing or changed.
    fileprivate init?(_ error: InputError) {
        guard case .system(let call, let path, let number) = error else { return nil }
        self.init(call: call, path: path, code: number)
    }
}

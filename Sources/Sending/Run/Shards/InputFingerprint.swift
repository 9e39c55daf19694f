import Digests

/// A fingerprint of an input's content, without its name and times: copies on several machines have
/// the same.
package enum InputFingerprint {
    /// Bytes of one sample.
    private static let sampleSize: UInt64 = 16 << 10
    /// The number of samples of a large file.
    private static let samples: UInt64 = 64

    /// Returns 64 hexadecimal digits: SHA-256 of the bytes as stored, of a file above 1 MiB of 64
    /// samples of 16 KiB, at even distances from the first bytes to the last.
    package static func of(_ file: InputFile) throws(InputError) -> String {
        let size = file.size ?? 0
        var hash = SHA256()
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: Int(sampleSize), alignment: 16)
        defer { buffer.deallocate() }
        if size <= samples * sampleSize {
            var offset: UInt64 = 0
            while offset < size {
                let wanted = Int(min(sampleSize, size - offset))
                let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
                guard try file.pread(into: piece, at: offset) == wanted else { break }
                hash.update(UnsafeRawBufferPointer(piece))
                offset += UInt64(wanted)
            }
        } else {
            for index in 0..<samples {
                let last = size - sampleSize
                // Without overflow for any size of a file.
                let offset =
                    last / (samples - 1) * index + last % (samples - 1) * index / (samples - 1)
                guard try file.pread(into: buffer, at: offset) == buffer.count else { break }
                hash.update(UnsafeRawBufferPointer(buffer))
            }
        }
        return hash.finish().hexadecimal
    }
}

extension RunInputs {
    /// The inputs of a job. All are regular files.
    package func ofJob() throws(SendError) -> [ShardManifest.Input] {
        try inputs.map { input throws(SendError) in
            let path = input.file.path.shown
            let fingerprint: String
            do throws(InputError) {
                fingerprint = try InputFingerprint.of(input.file)
            } catch {
                throw .input(error)
            }
            return ShardManifest.Input(
                name: path.split(separator: "/").last.map(String.init) ?? path, path: path,
                size: input.file.size ?? 0, fingerprint: fingerprint)
        }
    }
}

import Glibc

/// Calls `body` with copies of strings as C has them, and a null pointer after them.
func withCStrings<Result>(
    _ strings: [[UInt8]], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    let copies = strings.map { bytes in
        (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { text in
            text.baseAddress.flatMap { strdup($0) }
        }
    }
    defer { for copy in copies { free(copy) } }
    return body(copies + [nil])
}

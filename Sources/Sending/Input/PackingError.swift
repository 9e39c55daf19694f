/// An error in compressed data.
package enum PackingError: Error, Hashable {
    /// The data ends within a gzip member or a zstd frame.
    case truncated
    /// The content, length or checksum is wrong; with the library's message.
    case corrupt(String)
    /// Other data follows the last member or frame.
    case trailingBytes
    /// A zstd frame needs a window above `Unzstd.maxWindowLog`.
    case windowTooLarge
    case outOfMemory
}

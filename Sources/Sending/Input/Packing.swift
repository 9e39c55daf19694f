/// A format other than text, detected from the first bytes. Only gzip and zstd are read.
package enum Packing: String, CaseIterable, Sendable {
    case gzip, bzip2, xz, zstd, lz4, zip
    case sevenZip = "7-Zip"
    /// Excel or OpenDocument: a zip archive, or the older format of Excel.
    case spreadsheet = "a spreadsheet"
    case parquet = "Parquet"
    case avro = "Avro"

    /// The magic bytes. A text may begin with those of bzip2; `bzip2Block` distinguishes it.
    package var magic: [UInt8] {
        switch self {
        case .gzip: [0x1F, 0x8B]
        case .bzip2: Array("BZh".utf8)
        case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]
        case .zstd: [0x28, 0xB5, 0x2F, 0xFD]
        case .lz4: [0x04, 0x22, 0x4D, 0x18]
        case .zip: [0x50, 0x4B, 0x03, 0x04]
        case .sevenZip: [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]
        case .spreadsheet: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]
        // A page header follows the letters.
        case .parquet: Array("PAR1".utf8) + [0x15]
        case .avro: Array("Obj".utf8) + [0x01]
        }
    }

    /// The offset of the first name in a zip archive, in bytes.
    private static let zipName = 30

    /// The first names in spreadsheets, as several programs write them.
    private static let spreadsheetNames = [
        "[Content_Types].xml", "_rels/", "docProps/", "xl/",
        "mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
    ]

    /// The bytes after `BZh` and a digit in every bzip2 file that is not empty.
    private static let bzip2Block: [UInt8] = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]

    /// The number of bytes that decide the format.
    package static let sampleSize = zipName + 54

    /// The result of the detection.
    package enum Verdict: Equatable {
        case plain
        case packed(Packing)
        /// The bytes may be the beginning of a compressed file.
        case needsMore
    }

    package static func verdict(onFirstBytes bytes: [UInt8]) -> Verdict {
        for packing in allCases {
            let magic = packing.magic
            if bytes.count < magic.count {
                if !bytes.isEmpty, magic.starts(with: bytes) { return .needsMore }
            } else if bytes.starts(with: magic) {
                if packing == .zip, isSpreadsheet(zip: bytes) { return .packed(.spreadsheet) }
                guard packing == .bzip2 else { return .packed(packing) }
                let block = bytes.dropFirst(magic.count + 1).prefix(bzip2Block.count)
                guard bzip2Block.starts(with: block) else { return .plain }
                return block.count < bzip2Block.count ? .needsMore : .packed(.bzip2)
            }
        }
        return skippableVerdict(bytes)
    }

    /// zstd may begin with a frame to skip, as the program `pzstd` writes it: RFC 8878 §3.1.2.
    private static func skippableVerdict(_ bytes: [UInt8]) -> Verdict {
        let rest: [UInt8] = [0x2A, 0x4D, 0x18]
        guard let first = bytes.first, first & 0xF0 == 0x50,
            rest.starts(with: bytes.dropFirst().prefix(rest.count))
        else { return .plain }
        return bytes.count > rest.count ? .packed(.zstd) : .needsMore
    }

    private static func isSpreadsheet(zip bytes: [UInt8]) -> Bool {
        let name = bytes.dropFirst(zipName)
        return spreadsheetNames.contains { name.starts(with: $0.utf8) }
    }
}

import Destinations
import Sending

/// The output of `hookbatch version`: what a report of a bug needs.
struct VersionReport {
    private let libraries = LibraryVersions.find()

    /// The name and the version, then one line for each part.
    var text: String {
        let libcurl = libraries.libcurl.map { version in
            version + (libraries.tls.map { " with \($0)" } ?? " without TLS")
        }
        let rows = [
            ("toolchain", Version.toolchain), ("libcurl", libcurl), ("SQLite", libraries.sqlite),
            ("zlib", Gunzip.libraryVersion), ("zstd", Unzstd.libraryVersion),
        ]
        let lines = rows.map { name, version in
            let margin = String(repeating: " ", count: 11 - name.utf8.count)
            return "\(name)\(margin)\(Escaping.escaped(version ?? "not found"))\n"
        }
        return Version.line + lines.joined()
    }

    /// One JSON document with a final line break; null for what is missing.
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { json in
            json.member("hookbatch", Version.number)
            json.member("commit", Version.commit)
            json.member("toolchain", Version.toolchain)
            json.member("libcurl", libraries.libcurl)
            json.member("tls", libraries.tls)
            json.member("sqlite", libraries.sqlite)
            json.member("zlib", Gunzip.libraryVersion)
            json.member("zstd", Unzstd.libraryVersion)
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}

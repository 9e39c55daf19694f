/// The versions of the libraries that destinations load, as these name them; nil if one is missing.
package struct LibraryVersions: Equatable {
    package let libcurl: String?
    /// The TLS library of libcurl, such as `OpenSSL/3.0.16`; nil without TLS.
    package let tls: String?
    package let sqlite: String?

    /// Loads the libraries that can be loaded, whether or not their versions can be used.
    package static func find() -> LibraryVersions {
        let versions = Libcurl.versions
        return LibraryVersions(
            libcurl: versions?.libcurl, tls: versions?.tls, sqlite: SQLite.version)
    }
}

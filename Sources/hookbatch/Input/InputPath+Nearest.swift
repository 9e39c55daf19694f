import Glibc

extension InputPath {
    /// How many names of a folder are looked at for one that was meant.
    private static let namesLookedAt = 10_000

    /// The file beside a missing one whose name is nearly its own; nil if there is none.
    func nearestFile() -> String? {
        guard case .file(let path) = self else { return nil }
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[...$0]) } ?? ""
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        guard !name.isEmpty, let directory = opendir(folder.isEmpty ? "." : folder) else {
            return nil
        }
        defer { closedir(directory) }
        var names: [String] = []
        while names.count < Self.namesLookedAt, let entry = readdir(directory) {
            let found = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let found, found != ".", found != ".." { names.append(found) }
        }
        // Whether it is packed is more often left out of a name than misspelt.
        let packed = names.first { $0 == name + ".gz" || $0 + ".gz" == name }
        return (packed ?? NearestName.find(name, among: names)).map { folder + $0 }
    }
}

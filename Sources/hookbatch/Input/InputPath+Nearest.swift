import Glibc
import Records
import Sending

extension InputPath {
    /// Maximum names of a folder to compare.
    private static let maxNames = 10_000

    /// Returns a file in the same folder with a similar name; nil if there is none.
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
        while names.count < Self.maxNames, let entry = readdir(directory) {
            let found = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let found, found != ".", found != "..", found != name { names.append(found) }
        }
        // A missing or extra .gz is more likely than a typing error.
        let packed = names.first { other in
            InputFormat.packedExtensions.contains { other == name + $0 || other + $0 == name }
        }
        let nearest = (packed ?? NearestName.find(name, among: names)).map { folder + $0 }
        // A dangling link is no help.
        return nearest.flatMap { access($0, F_OK) == 0 ? $0 : nil }
    }
}

extension InputFile {
    /// Opens all inputs in order, and rejects two names of one file.
    package static func open(all paths: [InputPath]) throws(InputError) -> [InputFile] {
        var files: [InputFile] = []
        var names: [Identity: InputPath] = [:]
        for path in paths {
            let file = try InputFile(opening: path)
            if file.isRegularFile, let other = names.updateValue(path, forKey: file.identity) {
                throw .sameFile(path: path.shown, as: other.shown)
            }
            files.append(file)
        }
        return files
    }
}

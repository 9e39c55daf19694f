extension InputFile {
    /// Opens all inputs in order, and rejects two names of one file.
    package static func open(all paths: [InputPath]) throws(InputError) -> [InputFile] {
        var files: [InputFile] = []
        for path in paths {
            let file = try InputFile(opening: path)
            if file.isRegularFile, let other = files.first(where: { $0.identity == file.identity })
            {
                throw .sameFile(path: path.shown, as: other.path.shown)
            }
            files.append(file)
        }
        return files
    }
}

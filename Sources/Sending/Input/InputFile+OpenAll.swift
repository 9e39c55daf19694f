extension InputFile {
    /// Opens all inputs in order, and rejects two names of one file.
    ///
    /// - Parameter maxOpen: How many regular files are open at a time. The others are opened again
    ///   when they are read.
    package static func open(
        all paths: [InputPath], maxOpen: Int = .max
    ) throws(InputError) -> [InputFile] {
        var files: [InputFile] = []
        var names: [InputDescriptor.Identity: InputPath] = [:]
        let openInputs = OpenInputs(limit: maxOpen)
        for path in paths {
            let file = try InputFile(opening: path, openInputs)
            if file.isRegularFile, let other = names.updateValue(path, forKey: file.identity) {
                throw .sameFile(path: path.shown, as: other.shown)
            }
            files.append(file)
        }
        return files
    }
}

import Ledger
import Platform
import Records
import Sending

/// The conversion of an input to UTF-8, as a command for a shell.
///
/// A file of undelivered lines keeps its name, by which its lines are joined with those of the first
/// run. Any other file stays as it is.
struct EncodingConversion: Sendable {
    /// The command, quoted.
    let command: String
    /// The file to send afterwards; nil for standard input.
    let result: String?
    /// Whether the converted file has the name of the input.
    let keepsName: Bool
    /// The advice for a file that also has text in UTF-8, which a conversion would damage; nil for
    /// another file.
    let mixedAdvice: String?
    /// How the advice for a file begins.
    static let adviceStart = "convert it first, "

    /// - Parameters:
    ///   - path: The path of the input as shown.
    ///   - encoding: The encoding as `iconv` names it.
    ///   - isUndelivered: Whether the file has undelivered lines; nil if its file of origins shows
    ///     this.
    init(of path: String, from encoding: String, isUndelivered: Bool? = nil) {
        let iconv = "iconv -f \(encoding) -t UTF-8"
        guard path != InputPath.standardInput.shown, !InputPath.file(path).isDescriptor else {
            command = "… | \(iconv) | hookbatch send … -"
            result = nil
            keepsName = false
            mixedAdvice = nil
            return
        }
        // iconv and mv would take it for an option.
        let path = path.hasPrefix("-") ? "./" + path : path
        let packing = Self.packings.first { path.lowercased().hasSuffix($0.ending) }
        let isMixed =
            packing == nil && encoding == InputRefusal.windows1252
            && UTF8Characters.occur(inFileAt: path)
        mixedAdvice =
            isMixed
            ? "it has text in UTF-8 too, which a conversion would damage: correct these lines, or "
                + "save the file as CSV UTF-8"
            : nil
        let unpacked = packing.map { String(path.dropLast($0.ending.utf8.count)) } ?? path
        let isUndelivered =
            isUndelivered ?? Self.exists(unpacked + OriginsHeader.pathExtension)
        keepsName = isUndelivered && packing == nil
        let copy: String
        if keepsName {
            copy = path + ".utf8"
        } else if isUndelivered, !Self.exists(unpacked) {
            copy = unpacked
        } else {
            copy = Self.copy(of: unpacked)
        }
        let (from, to) = (ShellWords.quote(path), ShellWords.quote(copy))
        let start =
            packing.map { "\($0.packing.unpackingCommand(path)) | \(iconv)" }
            ?? "\(iconv) \(from)"
        let conversion = "\(start) >\(to)"
        let renaming = " && mv \(to) \(from)"
        if keepsName {
            // A file that was converted is not converted again: most bytes are valid in each encoding.
            let isDone =
                encoding == InputRefusal.windows1252
                ? "iconv -f UTF-8 -t UTF-8 \(from) >/dev/null 2>&1"
                // In UTF-16 each line end has a zero byte.
                : "tr -d '\\000' <\(from) | cmp -s - \(from)"
            command = "\(isDone) || { \(conversion)\(renaming); }"
        } else {
            command = conversion
        }
        result = keepsName ? path : copy
    }

    /// What to do, to complete the message of a refused input. A command has its own line.
    var advice: String {
        if let mixedAdvice { return mixedAdvice }
        let line = "\n  \(Escaping.escaped(command))"
        guard let result else { return "convert it in a pipe:\(line)" }
        return Self.adviceStart
            + (keepsName
                ? "then run the same command again:"
                : "then run the same command with \(Escaping.escaped(ShellWords.quote(result))):")
            + line
    }

    /// Returns the encoding, as `iconv` names it, of a message with this advice.
    ///
    /// - Parameter refusal: The message without the advice.
    static func encoding(of refusal: some StringProtocol) -> String {
        TextEncoding.allCases.first { refusal.hasSuffix(InputRefusal.encoding($0).message) }?
            .rawValue
            ?? InputRefusal.windows1252
    }

    private static let packings: [(ending: String, packing: Packing)] = [
        (".gz", .gzip), (".zst", .zstd),
    ]

    /// `orders.utf8.csv` for `orders.csv`, so that the format is detected as before.
    private static func copy(of path: String) -> String {
        let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        guard let dot = path[slash...].lastIndex(of: "."), dot > slash else {
            return path + ".utf8"
        }
        return path[..<dot] + ".utf8" + path[dot...]
    }

    private static func exists(_ path: String) -> Bool {
        FileStatus.exists(path, followingLinks: true)
    }
}

extension InputRefusal {
    /// The message for the input of a path, with the command that converts its text.
    func message(for path: String) -> String {
        guard let encoding else { return message }
        return message + "; " + EncodingConversion(of: path, from: encoding).advice
    }
}

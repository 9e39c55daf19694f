/// Cuts a stream of bytes into the lines of heads, chunk sizes and trailers, whatever the pieces
/// that it comes in.
///
/// A line ends in CRLF, or in LF alone (RFC 9112 §2.2 lets a recipient take it). A carriage return
/// elsewhere, and every other control byte but the tab, is refused where it stands. A line that
/// lies whole in the input is returned as a range of it; only one that the end of the input cuts
/// is copied.
struct LineSplitter {
    /// How many bytes of lines, their ends included, may still come.
    var budget: Int
    /// The start of a line whose end has not come yet.
    private var buffered: [UInt8] = []

    /// What the next bytes are.
    enum Step {
        /// A line from `start` to before `end` in the input, without its end.
        case line(start: Int, end: Int, endsInCRLF: Bool)
        /// A line that came in several pieces: `takeBuffered()` returns it.
        case buffered(endsInCRLF: Bool)
        /// The input is used up within a line, or before one.
        case needsMore
        /// A carriage return that no line feed follows.
        case bareCarriageReturn
        /// A control byte that may not stand in a line.
        case controlByte
        /// The line does not end within the budget.
        case tooLong
    }

    init(budget: Int) {
        self.budget = budget
    }

    /// Forgets what is held and sets the budget anew.
    mutating func reset(budget: Int) {
        self.budget = budget
        buffered.removeAll(keepingCapacity: buffered.capacity <= 4096)
    }

    /// Cuts the line that starts, or goes on, at `position`, and moves `position` behind it.
    ///
    /// Every refusal is tied to one byte of the stream, so that it is the same for every way to
    /// split the input.
    mutating func next(_ input: UnsafeRawBufferPointer, _ position: inout Int) -> Step {
        let end = budget < input.count - position ? position + budget : input.count
        if buffered.last == ASCII.carriageReturn {
            guard position < end else { return position < input.count ? .tooLong : .needsMore }
            guard input[position] == ASCII.lineFeed else { return .bareCarriageReturn }
            position += 1
            budget -= 1
            buffered.removeLast()
            return .buffered(endsInCRLF: true)
        }
        var index = position
        while true {
            index = input.firstControl(from: index, to: end)
            guard index < end else { return hold(input, &position, end) }
            switch input[index] {
            case ASCII.tab:
                index += 1
            case ASCII.lineFeed:
                return finish(input, &position, end: index, next: index + 1)
            case ASCII.carriageReturn:
                guard index + 1 < end else { return hold(input, &position, end) }
                guard input[index + 1] == ASCII.lineFeed else { return .bareCarriageReturn }
                return finish(input, &position, end: index, next: index + 2)
            default:
                return .controlByte
            }
        }
    }

    /// Hands over a line that came in pieces; `recycle` returns its storage.
    mutating func takeBuffered() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &buffered)
        return taken
    }

    /// Takes storage back, so that the next line that is cut needs no new one.
    mutating func recycle(_ storage: consuming [UInt8]) {
        swap(&storage, &buffered)
        buffered.removeAll(keepingCapacity: buffered.capacity <= 4096)
    }

    private mutating func finish(
        _ input: UnsafeRawBufferPointer, _ position: inout Int, end: Int, next: Int
    ) -> Step {
        let start = position
        budget -= next - start
        position = next
        let endsInCRLF = next - end == 2
        guard buffered.isEmpty else {
            buffered.append(contentsOf: input.part(start, end))
            return .buffered(endsInCRLF: endsInCRLF)
        }
        return .line(start: start, end: end, endsInCRLF: endsInCRLF)
    }

    private mutating func hold(
        _ input: UnsafeRawBufferPointer, _ position: inout Int, _ end: Int
    ) -> Step {
        guard end == input.count else { return .tooLong }
        buffered.append(contentsOf: input.part(position, end))
        budget -= end - position
        position = end
        return .needsMore
    }
}

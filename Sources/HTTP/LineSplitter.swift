/// Incremental splitter of a byte stream into the lines of heads, chunk sizes and trailers.
///
/// A line ends in CRLF or in LF alone (allowed by RFC 9112 §2.2). Any other carriage return or
/// control byte, except the tab, is refused. A line within one input is returned as a range of it;
/// only a line across inputs is copied.
struct LineSplitter {
    /// The remaining bytes for lines, including line ends.
    var budget: Int
    /// The start of an incomplete line.
    private var buffered: [UInt8] = []

    /// The result of one step.
    enum Step {
        /// A line from `start` to before `end` in the input, without its end.
        case line(start: Int, end: Int, endsInCRLF: Bool)
        /// A line that arrived in several pieces: `takeBuffered()` returns it.
        case buffered(endsInCRLF: Bool)
        /// The input ends within or before a line.
        case needsMore
        /// A carriage return without a line feed.
        case bareCarriageReturn
        /// A control byte within a line.
        case controlByte
        /// The line exceeds the budget.
        case tooLong
    }

    init(budget: Int) {
        self.budget = budget
    }

    /// Discards buffered bytes and sets the budget.
    mutating func reset(budget: Int) {
        self.budget = budget
        buffered.removeAll(keepingCapacity: buffered.capacity <= 4096)
    }

    /// Splits off the line that starts or continues at `position`, and moves `position` after it.
    ///
    /// Each refusal depends on one byte of the stream, not on how the input is split.
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

    /// Moves out a line that arrived in pieces; `recycle` returns its storage.
    mutating func takeBuffered() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &buffered)
        return taken
    }

    /// Reuses a buffered line's storage for the next one.
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

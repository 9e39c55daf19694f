import Delivery

extension RecordedPace {
    /// Reads `--pace recorded` and the flags that need it; nil if the pace is that of the limits.
    init?(_ arguments: Arguments) throws(UsageError) {
        let flags = Flags.pace
        var pace = RecordedPace()
        pace.speed = try arguments.defaulted(flags.speed)
        pace.maxGap = try arguments.value(flags.maxGap)?.inNanoseconds
        pace.sortWindow = try arguments.defaulted(flags.sortWindow).inNanoseconds
        if arguments.command == .send {
            pace.catchesUp = try arguments.defaulted(flags.catchUp) == .yes
        }
        guard try arguments.defaulted(flags.pace) == .recorded else {
            let given = [
                (flags.speed.declaration, arguments.isGiven(flags.speed)),
                (flags.maxGap.declaration, arguments.isGiven(flags.maxGap)),
                (flags.sortWindow.declaration, arguments.isGiven(flags.sortWindow)),
                (flags.catchUp.declaration, arguments.isGiven(flags.catchUp)),
            ]
            if let (flag, _) = given.first(where: \.1) {
                throw UsageError("\(flag.spelling) needs --pace recorded; add it")
            }
            return nil
        }
        guard arguments.isGiven(Flags.selection.time) else {
            throw UsageError("--pace recorded needs --time; add it (example: --time /ts)")
        }
        self = pace
    }
}

extension RecordedPace.Speed {
    private static let range = 0.001...1_000_000.0

    /// Reads `2x`, `0.5x` or `2`, from 0.001x to 1,000,000x.
    init?(text: String) {
        var rest = text[...].utf8
        guard let number = DecimalNumber.take(from: &rest),
            rest.isEmpty || rest.elementsEqual("x".utf8),
            Self.range.contains(number.doubleValue), number.digits <= 1_000_000_000
        else { return nil }
        self.init(recorded: number.digits, period: number.divisor)
    }
}

extension ValueSyntax<RecordedPace.Speed> {
    static let speed = ValueSyntax(
        "FACTOR", noun: "a factor from 0.001x to 1000000x", example: "2x",
        parse: RecordedPace.Speed.init(text:))
}

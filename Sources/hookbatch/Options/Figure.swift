/// Numbers with a fraction, for display.
enum Figure {
    /// Formats three significant digits below 1000, whole numbers above.
    static func shown(_ value: Double) -> String {
        switch value {
        case ..<9.995: decimal(value, places: 2)
        case ..<999.95: decimal(value, places: 1)
        default: WholeNumber.shown(Int64(value.rounded()))
        }
    }

    /// - Parameter places: Digits after the point, 1 or 2.
    static func decimal(_ value: Double, places: Int) -> String {
        let scale = places == 1 ? 10 : 100
        let scaled = Int64((value * Double(scale)).rounded())
        let fraction = String(scaled % Int64(scale))
        return "\(scaled / Int64(scale))."
            + String(repeating: "0", count: places - fraction.count) + fraction
    }
}

/// The size of a chart's labels, in coordinates of the view box.
enum TextSize {
    /// The widest usual font (DejaVu Sans) at the size for phones.
    private static let size = 14.0

    /// Returns the width of a label of digits and units, rounded up.
    static func width(_ label: String) -> Double {
        label.unicodeScalars.reduce(0) { width, scalar in
            switch scalar {
            case ",", ".", ":", " ", "i", "l": width + 0.34
            case "m", "M": width + 0.98
            default: width + 0.64
            }
        } * size
    }
}

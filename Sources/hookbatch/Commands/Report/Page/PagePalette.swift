import Delivery

/// The page's colours, light and dark. The contrast to the background is at least 4.5 for text, and
/// at least 3 for drawings (WCAG 2.2, 1.4.3 and 1.4.11).
enum PagePalette {
    struct Color {
        /// The name of the CSS variable, without its dashes.
        let name: String
        /// `#rrggbb`.
        let light: String
        let dark: String
    }

    /// Backgrounds.
    static let page = Color(name: "page", light: "#f6f7f8", dark: "#12161a")
    static let card = Color(name: "card", light: "#ffffff", dark: "#1a1f25")
    /// Text.
    static let ink = Color(name: "ink", light: "#1b2127", dark: "#e7ebef")
    static let quiet = Color(name: "quiet", light: "#57616c", dark: "#a3aeb9")
    static let focus = Color(name: "focus", light: "#0b5fb0", dark: "#79b8f5")
    /// Rules and grids, decoration only.
    static let rule = Color(name: "rule", light: "#dde2e7", dark: "#313942")
    /// Drawings.
    static let typical = Color(name: "typical", light: "#1769c2", dark: "#69aef2")
    static let slow = Color(name: "slow", light: "#a8480c", dark: "#f0a35e")

    static let outcomes: [(outcome: Outcome, color: Color)] = [
        (.accepted, Color(name: "accepted", light: "#1d7f5f", dark: "#4fb993")),
        (.rejected, Color(name: "rejected", light: "#b5530c", dark: "#e6934a")),
        (.invalid, Color(name: "invalid", light: "#86700a", dark: "#d3b848")),
        (.failed, Color(name: "failed", light: "#b8283b", dark: "#f0757d")),
        (.unknown, Color(name: "unknown", light: "#7044a8", dark: "#b796e6")),
        (.notAttempted, Color(name: "not_attempted", light: "#626d78", dark: "#8f9ba7")),
    ]

    static var all: [Color] {
        [page, card, ink, quiet, focus, rule, typical, slow] + outcomes.map(\.color)
    }

    /// Both schemes as CSS variables. Paper is light.
    static let css: String = {
        let light = all.map { "--\($0.name):\($0.light)" }.joined(separator: ";")
        let dark = all.map { "--\($0.name):\($0.dark)" }.joined(separator: ";")
        return ":root{color-scheme:light dark;\(light)}\n"
            + "@media screen and (prefers-color-scheme:dark){:root{\(dark)}}\n"
    }()
}

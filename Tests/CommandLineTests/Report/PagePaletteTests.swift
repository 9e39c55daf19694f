import Foundation
import Testing

@testable import hookbatch

@Suite("The page's colours") struct PagePaletteTests {
    /// The contrast of two colours (WCAG 2.2, "contrast ratio").
    private static func contrast(_ a: String, _ b: String) throws -> Double {
        let luminances = try [a, b].map(luminance).sorted()
        return (luminances[1] + 0.05) / (luminances[0] + 0.05)
    }

    private static func luminance(_ color: String) throws -> Double {
        let value = try #require(Int(color.dropFirst(), radix: 16))
        let parts = [value >> 16, value >> 8 & 255, value & 255].map { part in
            let share = Double(part) / 255
            return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }

    @Test("The contrast is computed as in the standard")
    func measure() throws {
        #expect(abs(try Self.contrast("#ffffff", "#000000") - 21) < 0.001)
        #expect(abs(try Self.contrast("#777777", "#ffffff") - 4.48) < 0.01)
    }

    @Test("Text has enough contrast to its background, light and dark")
    func text() throws {
        for text in [PagePalette.ink, PagePalette.quiet, PagePalette.focus] {
            for ground in [PagePalette.page, PagePalette.card] {
                #expect(try Self.contrast(text.light, ground.light) >= 4.5, "\(text.name)")
                #expect(try Self.contrast(text.dark, ground.dark) >= 4.5, "\(text.name)")
            }
        }
    }

    @Test("Drawings have enough contrast to their background, light and dark")
    func drawing() throws {
        for color in [PagePalette.typical, PagePalette.slow] + PagePalette.outcomes.map(\.color) {
            for ground in [PagePalette.page, PagePalette.card] {
                #expect(try Self.contrast(color.light, ground.light) >= 3, "\(color.name)")
                #expect(try Self.contrast(color.dark, ground.dark) >= 3, "\(color.name)")
            }
        }
    }

    @Test("Each outcome has its own colour")
    func outcomes() {
        #expect(Set(PagePalette.outcomes.map(\.outcome)).count == 6)
        #expect(Set(PagePalette.outcomes.map(\.color.light)).count == 6)
        #expect(Set(PagePalette.outcomes.map(\.color.dark)).count == 6)
    }
}

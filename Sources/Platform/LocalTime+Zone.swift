import Glibc
package import Time

extension LocalTime {
    /// The present moment.
    package static var now: LocalTime { LocalTime(at: WallClock.nanoseconds / 1_000_000) }

    /// Sets the time zone of the process. Before any other thread starts.
    ///
    /// - Parameter zone: A name below the folder of zones, such as `Europe/Vienna`, or POSIX rules.
    /// - Returns: false, without effect, if there is no such zone. glibc would use UTC silently.
    package static func setZone(_ zone: String) -> Bool {
        guard isZone(zone) else { return false }
        // Also without a database of zones, as in a minimal container.
        setenv("TZ", zone == "UTC" ? "UTC0" : zone, 1)
        tzset()
        return true
    }

    /// Returns whether a zone has this name or these rules.
    package static func isZone(_ zone: String) -> Bool {
        zone == "UTC" || isFile(zone) || POSIXTimeZone.isValid(zone)
    }

    private static func isFile(_ zone: String) -> Bool {
        let parts = zone.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }),
            zone.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return false }
        let given = getenv("TZDIR").map { String(cString: $0) } ?? ""
        let path = (given.isEmpty ? "/usr/share/zoneinfo" : given) + "/" + zone
        let descriptor = retryingInterrupts { open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) }
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var magic = [UInt8](repeating: 0, count: 4)
        return retryingInterrupts { read(descriptor, &magic, 4) } == 4
            && magic.elementsEqual("TZif".utf8)
    }
}

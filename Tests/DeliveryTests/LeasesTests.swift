import Testing

@testable import Delivery

@Suite("Leases") struct LeasesTests {
    private func line(_ number: UInt64, file: Int = 1) -> LineID {
        LineID(file: file, line: number)
    }

    private func leases(_ lines: [LineID], firstLength: UInt64 = 100) -> Leases {
        var leases = Leases(areNeeded: true, firstLength: firstLength)
        for line in lines { leases.recordAdmission(of: line) }
        return leases
    }

    @Test("A lease is requested from the first admitted line on, and only once")
    func request() {
        var leases = leases([])
        #expect(leases.request() == nil)
        leases.recordAdmission(of: line(7))
        let requests = [leases.request(), leases.request()]
        #expect(requests == [line(107), nil])
    }

    @Test("A line is covered only by a granted lease, up to its last line")
    func covers() {
        var leases = leases([line(1)])
        #expect(!leases.covers(line(1)))
        _ = leases.request()
        #expect(!leases.covers(line(1)))
        leases.grant()
        #expect(leases.covers(line(101)))
        #expect(!leases.covers(line(102)))
        #expect(!leases.covers(line(1, file: 2)))
    }

    @Test(
        "The next lease is requested when half of the present one is used",
        arguments: [(51, nil), (52, 201), (101, 201), (150, 250)] as [(UInt64, UInt64?)])
    func half(admitted: UInt64, upTo: UInt64?) {
        var leases = leases([line(1)])
        _ = leases.request()
        leases.grant()
        leases.recordAdmission(of: line(admitted))
        let request = leases.request()
        #expect(request == upTo.map { line($0) })
    }

    @Test("A lease in the next input starts at its line there")
    func nextInput() {
        var leases = leases([line(1000)])
        _ = leases.request()
        leases.grant()
        leases.recordAdmission(of: line(3, file: 2))
        // A line that is read again, after a resume, does not lower the highest one.
        leases.recordAdmission(of: line(2000))
        let request = leases.request()
        #expect(request == line(103, file: 2))
    }

    @Test("Leases double while starts have to wait for a requested one, up to a maximum")
    func growth() {
        var leases = leases([line(1)])
        leases.recordShortage()
        _ = leases.request()
        leases.grant()
        // The shortage before the request tells nothing of the length.
        leases.recordAdmission(of: line(101))
        #expect(leases.request() == line(201))
        leases.recordShortage()
        leases.grant()
        leases.recordAdmission(of: line(201))
        #expect(leases.request() == line(401))

        for millions in 1...20 as ClosedRange<UInt64> {
            leases.recordShortage()
            leases.grant()
            leases.recordAdmission(of: line(millions * 1_000_000))
            _ = leases.request()
        }
        leases.grant()
        leases.recordAdmission(of: line(30_000_000))
        let request = leases.request()
        #expect(request == line(30_000_000 + Leases.maxLength))
    }

    @Test("Where no leases are needed, none is requested and every line is covered")
    func unneeded() {
        var leases = Leases(areNeeded: false, firstLength: 100)
        leases.recordAdmission(of: line(1))
        let request = leases.request()
        #expect(request == nil)
        #expect(leases.covers(line(.max)))
    }
}

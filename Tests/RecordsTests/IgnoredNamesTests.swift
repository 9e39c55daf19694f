import Testing

@testable import Records

@Suite("The names of ignored members and columns") struct IgnoredNamesTests {
    private static let field = #""appId":"a","event_type":"t""#

    @Test("Ignored members are counted by their names, in the order of the input")
    func members() {
        let text =
            #"{"id":1,\#(Self.field),"at":2}"# + "\n" + #"{\#(Self.field),"at":2,"at":3,"ID":1}"#
            + "\n"
        let seen = read(text)
        #expect(seen.ignoredNames == ["id: 1", "at: 3", "ID: 1"])
        #expect(seen.ignoredMembers == 5)
    }

    @Test("The names of a record that is not valid JSON are not counted")
    func invalid() {
        let text =
            #"{"x":1,\#(Self.field)"# + "\n" + #"{\#(Self.field),"y":1,"z":}"# + "\n"
            + #"{"y":1,\#(Self.field)}"# + "\n" + #"{"x":1}"# + "\n"
        let seen = read(text)
        #expect(seen.ignoredNames == ["y: 1", "x: 1"])
        #expect(seen.ignoredMembers == 2)
    }

    @Test("An incomplete value that is read several times counts once", arguments: [1, 7, 100])
    func pieces(size: Int) {
        let value = #"{"long name":"\#(String(repeating: "x", count: 500))",\#(Self.field)}"#
        let text = [UInt8]("[\(value),\(value)]".utf8)
        let seen = read(text, .json, chunk: { size })
        #expect(seen.ignoredNames == ["long name: 2"])
    }

    @Test("At most ten names are kept, and the others are counted")
    func bounded() {
        var reader = RecordReader(format: .ndjson)
        let names = (0..<50).map { #""n\#($0)":0"# }.joined(separator: ",")
        var bytes = [UInt8]("{\(names),\(Self.field)}\n{\(names),\(Self.field)}\n".utf8)
        while true {
            switch reader.next() {
            case .record: continue
            case .needsInput:
                reader.fill { space in
                    let count = min(bytes.count, space.count)
                    space.copyBytes(from: bytes[..<count])
                    bytes.removeFirst(count)
                    return count
                }
                continue
            case .end, .refused: break
            }
            break
        }
        #expect(reader.ignored.entries.map(\.name) == (0..<10).map { "n\($0)" })
        #expect(reader.ignored.entries.allSatisfy { $0.count == 2 })
        #expect(reader.ignored.total == 100 && reader.ignored.others == 80)
    }

    @Test("A name is decoded, and a long one is cut at a character")
    func text() {
        let long = String(repeating: "é", count: 40)
        let odd = "x" + long
        let line = #"{"pay\u006coad2":1,"\#(long)":1,"\#(odd)":1,\#(Self.field)}"#
        let cut = String(repeating: "é", count: 32)
        #expect(
            read(line).ignoredNames
                == ["payload2: 1", "\(cut)…: 1", "x\(cut.dropLast())…: 1"])
    }

    @Test("An ignored column is counted once, and without the space around its name")
    func columns() {
        let seen = read("id, appId ,event_type, id ,\"a\"\"b\"\n1,a,t,2,3\n4,b,t,5,6\n", commas)
        #expect(seen.ignoredNames == ["id: 2", #"a"b: 1"#])
        #expect(seen.ignoredMembers == 3)
    }

    @Test("Members and columns of the key and the selection are not ignored")
    func otherUses() {
        var options = ReaderOptions()
        options.idempotencyKeyFrom = ["k", "id"]
        options.selection.rules = [
            .init(
                .pointer(["region"]), isExclusion: true,
                patterns: TextPattern.list(parsing: "x") ?? [])
        ]
        let text = #"{\#(Self.field),"k":{"id":"1"},"region":"eu","at":2}"# + "\n"
        #expect(read(text, .ndjson, options).ignoredNames == ["at: 1"])
        options.mapping.payload = .pointer(["data"])
        #expect(read(text, .ndjson, options).ignoredNames == ["at: 1"])
        options.mapping = FieldMapping()
        options.idempotencyKeyFrom = ["k"]
        let rows = "appId,event_type,k,region,at\na,t,1,eu,2\n"
        #expect(read(rows, commas, options).ignoredNames == ["at: 1"])
    }

    @Test("The names of several inputs are added")
    func sum() {
        var all = IgnoredNames()
        for names in [["a", "b"], ["b", "c"], (0..<20).map { "n\($0)" }] {
            var one = IgnoredNames()
            for name in names { one.count(column: Array(name.utf8)) }
            all.add(one)
        }
        let shown = all.entries.map { "\($0.name): \($0.count)" }
        #expect(shown == ["a: 1", "b: 2", "c: 1"] + (0..<7).map { "n\($0): 1" })
        #expect(all.total == 24 && all.others == 13)
    }
}

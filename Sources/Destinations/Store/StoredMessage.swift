/// The columns that the store adds to a message, borrowed until its next `submit`.
package struct StoredMessage {
    package private(set) var id = UnsafeRawBufferPointer(start: nil, count: 0)
    package private(set) var org = UnsafeRawBufferPointer(start: nil, count: 0)
    package private(set) var env = UnsafeRawBufferPointer(start: nil, count: 0)
    package private(set) var status = UnsafeRawBufferPointer(start: nil, count: 0)
    /// RFC 3339 with milliseconds, in UTC; as is `updatedAt`.
    package private(set) var createdAt = UnsafeRawBufferPointer(start: nil, count: 0)
    package private(set) var updatedAt = UnsafeRawBufferPointer(start: nil, count: 0)

    init() {}

    init(
        id: UnsafeRawBufferPointer, org: UnsafeRawBufferPointer, env: UnsafeRawBufferPointer,
        status: UnsafeRawBufferPointer, createdAt: UnsafeRawBufferPointer,
        updatedAt: UnsafeRawBufferPointer
    ) {
        self.id = id
        self.org = org
        self.env = env
        self.status = status
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

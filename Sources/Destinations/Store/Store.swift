import CSQLite
import Records
import Time

/// The local store: an SQLite database with the API's rules.
///
/// The first message opens a transaction; nothing is stored before `commit`. The last reference
/// closes the store and rolls an open transaction back. Used by one thread. A message costs no
/// allocation outside SQLite.
package final class Store {
    /// The API's response to a message.
    package enum Answer: Hashable, Sendable {
        /// 201: the message is new; `messageID` is its id.
        case created
        /// 201: the same message with this key is already stored; `messageID` is its id.
        case replayed
        /// 400: the application is not active.
        case inactive
        /// 404: the application is not registered, and only registered ones are accepted.
        case unknownApplication
        /// 413: the message exceeds SQLite's limit (10⁹ bytes).
        case tooLarge
        /// 422: the key is already stored with another body.
        case keyConflict
    }

    /// The status of a message that no endpoint has received yet.
    package static let messageStatus: StaticString = "pending"
    private static var statusBytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: messageStatus.utf8Start, count: messageStatus.utf8CodeUnitCount)
    }

    /// The connection, for queries. Change applications and endpoints over another connection: the
    /// cache follows only changes by others.
    package let database: Database
    private let knownAppsOnly: Bool
    private let statements: StoreStatements
    private var pass: StoreGate.Pass
    /// The `PRAGMA data_version` at which `applications` was last valid.
    private var dataVersion: Int64 = -1

    // Properties that every message touches have no exclusivity checks, which took 3 % of a
    // transaction. That is safe: one thread uses them, and no call during an access touches the
    // same property.

    @exclusivity(unchecked) private var applications = ApplicationCache()
    /// The decoded event type of the message being submitted.
    @exclusivity(unchecked) private var eventType: [UInt8] = []
    @exclusivity(unchecked) private var ids = MessageIDGenerator()

    // The statements refer to this memory as long as they exist.
    private let newID = OwnedBytes(count: MessageIDGenerator.byteCount)
    private let timestamp = OwnedBytes(count: RFC3339.byteCount)
    @exclusivity(unchecked) private var timestampMilliseconds: Int64?

    /// The columns of a replayed message.
    private var found = TextStorage()

    /// The message of the last `created` or `replayed`, valid until the next `submit`.
    @exclusivity(unchecked) package private(set) var stored = StoredMessage()

    /// The id of `stored`: ASCII.
    package var messageID: UnsafeRawBufferPointer { stored.id }

    /// Opens the store at `path`, or creates one with mode 0600.
    ///
    /// - Parameter knownAppsOnly: whether messages to unregistered applications are refused; else
    ///   their applications are registered.
    /// - Parameter gate: shared with the other connections of this process; nil without any.
    /// - Throws: `.notAStore` for a symbolic link, another kind of file, another program's
    ///   database or a store of another version; `.unsafeFile` if it or a side file of SQLite is
    ///   another user's. None of these is changed. `.system` or `.sqlite` if the file can't be
    ///   opened or created.
    package init(
        path: String, knownAppsOnly: Bool, gate: StoreGate? = nil
    ) throws(DestinationError) {
        pass = StoreGate.Pass(gate)
        database = try Database(StoreFile.prepare(path))
        self.knownAppsOnly = knownAppsOnly
        try StoreSchema.prepare(database)
        do {
            statements = try StoreStatements(database)
        } catch .sqlite(_, CSQLITE_ERROR, let message) {
            // A table or column is missing.
            throw .notAStore(path: path, reason: message)
        }
        typealias Message = StoreStatements.InsertMessage
        try statements.insertMessage.bind(Message.id, borrowing: newID.bytes)
        try statements.insertMessage.bind(Message.time, borrowing: timestamp.bytes)
        typealias Deliveries = StoreStatements.InsertDeliveries
        try statements.insertDeliveries.bind(Deliveries.message, borrowing: newID.bytes)
        try statements.insertDeliveries.bind(Deliveries.time, borrowing: timestamp.bytes)
    }

    /// Stores a message in the open transaction, or opens one. The answer is valid after `commit`.
    ///
    /// - Parameter now: milliseconds since 1970, which become the message's times.
    /// - Throws: `.sqlite`. The whole transaction is then rolled back.
    package func submit(_ message: Message, now: Int64) throws(DestinationError) -> Answer {
        do throws(DestinationError) {
            if !database.isInTransaction { try begin() }
            return try answer(message, now: now)
        } catch {
            rollback()
            throw error
        }
    }

    /// Makes everything submitted since the last commit durable.
    ///
    /// - Throws: `.sqlite`; the transaction is then rolled back. After a failed sync it may
    ///   nevertheless be committed after a power cut: the keys make a second submission harmless.
    package func commit() throws(DestinationError) {
        guard database.isInTransaction else { return }
        do throws(DestinationError) {
            try statements.commit.run()
            pass.leave()
        } catch {
            rollback()
            throw error
        }
    }

    /// Discards everything submitted since the last commit.
    package func rollback() {
        // Some errors have rolled it back already. If this fails, closing the connection does it.
        if database.isInTransaction { try? statements.rollback.run() }
        pass.leave()
        // It may contain applications whose registration was rolled back.
        applications.removeAll()
    }

    private func begin() throws(DestinationError) {
        pass.enter()
        try statements.begin.run()
        // Other connections may have changed applications since the last transaction; from here to
        // the commit they can't.
        let hasRow = try statements.dataVersion.step()
        let version = hasRow ? statements.dataVersion.integer(0) : -1
        statements.dataVersion.reset()
        if version != dataVersion {
            applications.removeAll()
            dataVersion = version
        }
    }

    private func answer(_ message: Message, now: Int64) throws(DestinationError) -> Answer {
        // SQLite limits a row; the store's own columns need less than 1,024 bytes.
        let size =
            message.appID.count + message.eventType.count + (message.payload?.count ?? 0)
            + message.idempotencyKey.count + 1024
        guard size <= database.maxTextBytes else { return .tooLarge }

        eventType.removeAll(keepingCapacity: true)
        let isLiteral = JSONString.decode(message.eventType, into: &eventType)
        precondition(isLiteral, "an event type that is not a JSON string")
        return try eventType.withUnsafeBufferPointer { (text) throws(DestinationError) in
            try answer(message, eventType: UnsafeRawBufferPointer(text), now: now)
        }
    }

    private func answer(
        _ message: Message, eventType: UnsafeRawBufferPointer, now: Int64
    ) throws(DestinationError) -> Answer {
        let application = try application(message.appID)
        switch application.state {
        case .unknown:
            return .unknownApplication
        case .inactive:
            // A message accepted while the application was active stays accepted.
            return try find(message, eventType: eventType) ?? .inactive
        case .active, .activeWithEndpoints:
            break
        }

        typealias Parameter = StoreStatements.InsertMessage
        if now != timestampMilliseconds {
            RFC3339.write(now, into: timestamp.start)
            timestampMilliseconds = now
        }
        ids.next(now: now, into: newID.start)
        try statements.insertMessage.bind(Parameter.org, borrowing: application.org)
        try statements.insertMessage.bind(Parameter.env, borrowing: application.env)
        try statements.insertMessage.bind(Parameter.application, borrowing: message.appID)
        try statements.insertMessage.bind(Parameter.eventType, borrowing: eventType)
        try statements.insertMessage.bind(Parameter.payload, borrowingOrNull: message.payload)
        try statements.insertMessage.bind(Parameter.key, borrowing: message.idempotencyKey)
        try statements.insertMessage.run()
        guard database.changes == 1 else {
            if let found = try find(message, eventType: eventType) { return found }
            throw .sqlite(
                path: database.path, code: CSQLITE_CORRUPT,
                message: "the index of messages has a key without its message")
        }
        if application.state == .activeWithEndpoints {
            typealias Parameter = StoreStatements.InsertDeliveries
            try statements.insertDeliveries.bind(Parameter.application, borrowing: message.appID)
            try statements.insertDeliveries.bind(Parameter.eventType, borrowing: eventType)
            try statements.insertDeliveries.run()
        }
        stored = StoredMessage(
            id: newID.bytes, org: application.org, env: application.env, status: Self.statusBytes,
            createdAt: timestamp.bytes, updatedAt: timestamp.bytes)
        return .created
    }

    /// The answer to a message whose key is in the store; nil if it is absent.
    private func find(
        _ message: Message, eventType: UnsafeRawBufferPointer
    ) throws(DestinationError) -> Answer? {
        typealias Parameter = StoreStatements.FindMessage
        try statements.findMessage.bind(Parameter.key, borrowing: message.idempotencyKey)
        try statements.findMessage.bind(Parameter.application, borrowing: message.appID)
        try statements.findMessage.bind(Parameter.eventType, borrowing: eventType)
        try statements.findMessage.bind(Parameter.payload, borrowingOrNull: message.payload)
        guard try statements.findMessage.step() else {
            statements.findMessage.reset()
            return nil
        }
        defer { statements.findMessage.reset() }
        guard statements.findMessage.integer(1) == 1 else { return .keyConflict }
        // Copy all before borrowing any: copying may move them.
        found.truncate(to: 0)
        let id = found.append(statements.findMessage.text(0))
        let org = found.append(statements.findMessage.text(2))
        let env = found.append(statements.findMessage.text(3))
        let status = found.append(statements.findMessage.text(4))
        let createdAt = found.append(statements.findMessage.text(5))
        let updatedAt = found.append(statements.findMessage.text(6))
        stored = StoredMessage(
            id: found[id], org: found[org], env: found[env], status: found[status],
            createdAt: found[createdAt], updatedAt: found[updatedAt])
        return .replayed
    }

    private func application(
        _ id: UnsafeRawBufferPointer
    ) throws(DestinationError) -> ApplicationCache.Entry {
        if let entry = applications.find(id) { return entry }
        if let entry = try readApplication(id) { return entry }
        if knownAppsOnly {
            let none = UnsafeRawBufferPointer(start: nil, count: 0)
            return applications.insert(id, org: none, env: none, state: .unknown)
        }
        try statements.insertApplication.bind(1, borrowing: id)
        try statements.insertApplication.run()
        guard let entry = try readApplication(id) else {
            throw .sqlite(
                path: database.path, code: CSQLITE_CORRUPT,
                message: "an application is missing after its registration")
        }
        return entry
    }

    private func readApplication(
        _ id: UnsafeRawBufferPointer
    ) throws(DestinationError) -> ApplicationCache.Entry? {
        try statements.findApplication.bind(1, borrowing: id)
        let isKnown = try statements.findApplication.step()
        defer { statements.findApplication.reset() }
        guard isKnown else { return nil }
        let isActive = statements.findApplication.integer(2) == 1
        let hasEndpoints = statements.findApplication.integer(3) == 1
        return applications.insert(
            id, org: statements.findApplication.text(0), env: statements.findApplication.text(1),
            state: !isActive ? .inactive : hasEndpoints ? .activeWithEndpoints : .active)
    }
}

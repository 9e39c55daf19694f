import CSQLite
import Records
import Time

/// The local store: an SQLite database that answers messages by the API's own rules.
///
/// Messages are submitted in a transaction that the first of them opens; nothing counts before
/// `commit`. Letting go of the store closes it, and rolls an open transaction back.
///
/// Used by one thread. A message costs no allocation of ours.
package final class Store {
    /// What the API would answer.
    package enum Answer: Hashable, Sendable {
        /// 201: the message is new; `messageID` is its id.
        case created
        /// 201: the same message has come before with this key; `messageID` is its id.
        case replayed
        /// 400: the application is not active.
        case inactive
        /// 404: the application is not registered, and only known ones are taken.
        case unknownApplication
        /// 413: the message is longer than SQLite takes (10⁹ bytes).
        case tooLarge
        /// 422: the key has come before with another body.
        case keyConflict
    }

    /// The status of a message in the store: no endpoint has been tried yet.
    package static let messageStatus: StaticString = "pending"
    private static var statusBytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: messageStatus.utf8Start, count: messageStatus.utf8CodeUnitCount)
    }

    /// For looking into the store. Applications and endpoints are to be changed over a connection
    /// of their own: what is remembered of them follows the changes of others only.
    package let database: Database
    private let knownAppsOnly: Bool
    private let statements: StoreStatements
    /// What `PRAGMA data_version` said when `applications` was last known to be right.
    private var dataVersion: Int64 = -1

    // What every message touches goes without the runtime's exclusivity checks, which took 3 % of a
    // transaction: one thread uses it, and nothing that is called during an access touches the same
    // property.

    @exclusivity(unchecked) private var applications = ApplicationCache()
    /// The text of the event type that is being submitted.
    @exclusivity(unchecked) private var eventType: [UInt8] = []
    @exclusivity(unchecked) private var ids = MessageIDGenerator()

    // The statements point to these two for their whole life.
    private let newID = OwnedBytes(count: MessageIDGenerator.byteCount)
    private let timestamp = OwnedBytes(count: RFC3339.byteCount)
    @exclusivity(unchecked) private var timestampMilliseconds: Int64?

    /// What a replayed message's row holds.
    private var found = TextStorage()

    /// The message last answered `created` or `replayed`, good until the next `submit`.
    @exclusivity(unchecked) package private(set) var stored = StoredMessage()

    /// The id of `stored`: ASCII.
    package var messageID: UnsafeRawBufferPointer { stored.id }

    /// Opens the store at `path`, or makes a new one there that only its owner can read.
    ///
    /// - Parameter knownAppsOnly: whether a message to an application that is not registered is
    ///   refused; else the application is registered.
    /// - Throws: `.notAStore` for a symbolic link, another kind of file, another program's
    ///   database or a store of another version, all of which are left untouched; `.system` or
    ///   `.sqlite` if the file can't be opened or made.
    package init(path: String, knownAppsOnly: Bool) throws(DestinationError) {
        let resolvedPath = try StoreFile.prepare(path)
        database = try Database(path: path, resolvedPath: resolvedPath)
        self.knownAppsOnly = knownAppsOnly
        try StoreSchema.prepare(database)
        do {
            statements = try StoreStatements(database)
        } catch .sqlite(_, CSQLITE_ERROR, let message) {
            // A table or column is not there.
            throw .notAStore(path: path, reason: message)
        }
        typealias Message = StoreStatements.InsertMessage
        try statements.insertMessage.bind(Message.id, borrowing: newID.bytes)
        try statements.insertMessage.bind(Message.time, borrowing: timestamp.bytes)
        typealias Deliveries = StoreStatements.InsertDeliveries
        try statements.insertDeliveries.bind(Deliveries.message, borrowing: newID.bytes)
        try statements.insertDeliveries.bind(Deliveries.time, borrowing: timestamp.bytes)
    }

    /// Stores a message, if the rules allow it, in the open transaction; opens one if none is.
    /// What it answers holds once `commit` has returned.
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

    /// Makes everything submitted since the last commit durable; nothing to do if that is nothing.
    ///
    /// - Throws: `.sqlite`; the transaction is then rolled back. If a sync failed, the machine may
    ///   still find it committed after a power cut: the keys keep a second submission harmless.
    package func commit() throws(DestinationError) {
        guard database.isInTransaction else { return }
        do throws(DestinationError) {
            try statements.commit.run()
        } catch {
            rollback()
            throw error
        }
    }

    /// Drops everything submitted since the last commit.
    package func rollback() {
        // Some errors have rolled it back already. If this fails, the connection's end does it.
        if database.isInTransaction { try? statements.rollback.run() }
        // It may hold applications whose registration is gone now.
        applications.removeAll()
    }

    private func begin() throws(DestinationError) {
        try statements.begin.run()
        // What other connections have committed since the last transaction may concern
        // applications; from here to the commit they can't.
        let hasRow = try statements.dataVersion.step()
        let version = hasRow ? statements.dataVersion.integer(0) : -1
        statements.dataVersion.reset()
        if version != dataVersion {
            applications.removeAll()
            dataVersion = version
        }
    }

    private func answer(_ message: Message, now: Int64) throws(DestinationError) -> Answer {
        // SQLite's limit is on a row; 1024 bytes are more than the columns that are ours need.
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
            // What was accepted while the application was active stays so.
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
                message: "a key is in the index of messages, but not its message")
        }
        if application.state == .activeWithEndpoints {
            typealias Parameter = StoreStatements.InsertDeliveries
            try statements.insertDeliveries.bind(Parameter.application, borrowing: message.appID)
            try statements.insertDeliveries.run()
        }
        stored = StoredMessage(
            id: newID.bytes, org: application.org, env: application.env, status: Self.statusBytes,
            createdAt: timestamp.bytes, updatedAt: timestamp.bytes)
        return .created
    }

    /// The answer to a message whose key is in the store; nil if it is not.
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
        // All are copied before any is lent: copying may move them.
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
                message: "an application is not there after its registration")
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

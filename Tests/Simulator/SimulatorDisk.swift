import TestSupport
import Delivery

/// The journal's file in memory, with what a power cut leaves of it.
///
/// A process keeps its file when another one gives the path to a copy.
final class SimulatorDisk {
    private(set) var bytes: [UInt8] = []
    /// Bytes that survive a power cut.
    private(set) var synced = 0
    /// Whether a sync has failed since the file was opened; no later one repairs that.
    private var hasFailed = false

    init() { bytes.reserveCapacity(32 << 10) }

    func append(_ rows: ArraySlice<UInt8>) { bytes.append(contentsOf: rows) }

    /// Completes a sync of the first `length` bytes.
    func sync(upTo length: Int) {
        if !hasFailed { synced = max(synced, min(length, bytes.count)) }
    }

    func failSync() { hasFailed = true }

    /// Creates the copy of a file by which a process takes over: it is synced before it has the path.
    init(copyOf rows: [UInt8]) {
        bytes = rows
        synced = rows.count
    }

    /// The bytes that another machine can read: those that are synced, and a part of the others.
    private(set) var visible = 0

    /// Returns the bytes that another machine reads now.
    func read(_ random: inout SplitMix64) -> [UInt8] {
        let first = max(synced, min(visible, bytes.count))
        visible = first + Int(random.next(upTo: UInt64(bytes.count - first)))
        return Array(bytes[..<visible])
    }

    /// Opens the file in another process.
    func reopen() { hasFailed = false }

    func truncate(to length: Int) {
        bytes.removeLast(bytes.count - length)
        synced = min(synced, length)
    }

    /// Cuts the power: a part of what was not synced is lost.
    ///
    /// It may leave zeros, random bytes or a hole.
    func cutPower(_ random: inout SplitMix64) {
        guard synced > 0 else {
            // The first rows are one page; the file's name is synced after them.
            bytes.removeAll(keepingCapacity: true)
            return
        }
        let kept = synced + Int(random.next(upTo: UInt64(bytes.count - synced)))
        let damaged = kept + Int(random.next(upTo: UInt64(bytes.count - kept)))
        switch random.next(upTo: 3) {
        case 0:
            bytes.removeLast(bytes.count - kept)
        case 1:
            bytes.removeLast(bytes.count - damaged)
            for index in kept..<damaged { bytes[index] = 0 }
        case 2:
            bytes.removeLast(bytes.count - damaged)
            for index in kept..<damaged { bytes[index] = UInt8(random.next(upTo: 255)) }
        default:
            for index in kept..<damaged { bytes[index] = 0 }
        }
        synced = bytes.count
    }
}

/// The notices of a process, each of which is printed once.
package final class DeliverNotices {
    private let show: (DeliverNotice) -> Void
    private var shown: Set<DeliverNotice> = []

    /// - Parameter show: Called once for each notice.
    package init(_ show: @escaping (DeliverNotice) -> Void) { self.show = show }

    func say(_ notice: DeliverNotice) {
        if shown.insert(notice).inserted { show(notice) }
    }
}

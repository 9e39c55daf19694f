import Destinations
import Ledger
import Platform
import Records

/// Why a run can't start or continue.
enum SendError: Error {
    case input(InputError)
    case refused(path: String, InputRefusal)
    case file(SystemError)
    case ledger(LedgerError)
    case destination(DestinationError)
    /// An input has changed since the run started.
    case changed(path: String, what: String)
    /// A signal arrived before anything was sent.
    case interrupted(signal: Int32)
    /// A file of another run is in the way; with the whole message.
    case inTheWay(String)
}

import Destinations
import Ledger
import Platform
import Records

/// Why a run can't begin or go on: facts from the stage that failed.
enum SendError: Error {
    case input(InputError)
    case refused(path: String, InputRefusal)
    case file(SystemError)
    case ledger(LedgerError)
    case destination(DestinationError)
    /// An input is not the one that the run began with.
    case changed(path: String, what: String)
    /// A signal came before anything was sent.
    case interrupted(signal: Int32)
    /// What stands there belongs to another run; `what` is a whole sentence with the way out.
    case inTheWay(String)
}

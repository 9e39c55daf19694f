/// A member that has a large struct passed by its address.
///
/// It holds nothing. An existential can't be passed in registers, so the compiler (Swift 6.3)
/// passes what contains one by its address. Without it, the compiler copies the whole, more than a
/// kilobyte, for each call that only reads. The budget of instructions a line shows the difference.
struct AddressOnly: Sendable {
    private let existential: (any Sendable)? = nil
}

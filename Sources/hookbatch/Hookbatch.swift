@main
struct Hookbatch {
    static func main() {
        print("hookbatch")
    }
}

import Foundation
package import Testing

/// A file system mounted on a folder, unmounted when the value is released.
package final class Mount: Sendable {
    private let folder: TemporaryFolder

    /// The path of the mount point.
    package var path: String { folder.path }

    /// - Parameter arguments: the arguments of `mount` except the folder.
    package init(on folder: TemporaryFolder, _ arguments: [String]) throws {
        self.folder = folder
        let result = try Program.run(Self.mount, arguments + [folder.path])
        guard result.end == .exit(0) else {
            throw ProgramFailure(program: Self.mount, output: result.errorOutput)
        }
    }

    deinit { _ = try? Program.run(Tool.path("umount") ?? "umount", ["--lazy", folder.path]) }

    private static let mount = Tool.path("mount") ?? "mount"

    /// The reason why this process can't mount loop devices or tmpfs; nil if it can.
    fileprivate static let obstacle: String? = {
        guard geteuid() == 0 else { return "only root may mount" }
        do {
            let folder = try TemporaryFolder("mount")
            let image = folder.path("image")
            _ = FileManager.default.createFile(atPath: image, contents: nil)
            try Program.run("truncate", ["-s", "4M", image])
            try Program.run(Tool.path("mkfs.ext4") ?? "mkfs.ext4", ["-q", image])
            let memory = try TemporaryFolder("memory")
            _ = try Mount(on: memory, ["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
            let loop = try TemporaryFolder("loop")
            _ = try Mount(on: loop, ["-o", "loop", image])
            return nil
        } catch {
            return "mounting is not allowed here: \(error)"
        }
    }()
}

/// Skips a test with a reason where this process may not mount file systems.
package struct NeedsMounts: TestTrait {
    package var tools: Needs

    package func prepare(for test: Test) async throws {
        try await tools.prepare(for: test)
        guard let obstacle = Mount.obstacle else { return }
        try await ConditionTrait.enabled(if: false, Comment(rawValue: obstacle)).prepare(for: test)
    }
}

extension Trait where Self == NeedsMounts {
    /// - Parameter tools: names of programs that the test also needs.
    package static func needsMounts(_ tools: String...) -> NeedsMounts {
        NeedsMounts(tools: Needs(tools: tools))
    }
}

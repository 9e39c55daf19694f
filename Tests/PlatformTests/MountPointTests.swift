import Platform
import TestSupport
import Testing

@Suite("Mounted file systems") struct MountPointTests {
    private static let list = #"""
        27 1 252:0 / / rw,relatime - ext4 /dev/vda rw
        30 27 0:40 / /data rw - nfs4 server:/export rw,vers=4.2,local_lock=none
        31 27 0:41 / /old rw - nfs server:/old rw,vers=3,nolock,local_lock=all
        32 27 0:42 / /with\040space rw shared:7 - fuse.gcsfuse bucket rw
        33 27 0:43 / /lustre rw shared:1 master:2 - lustre a@tcp:/x rw,localflock
        34 27 0:44 / /data/inner rw - fuse mountpoint-s3 rw
        35 27 0:45 / /cover rw - nfs4 server:/a rw,local_lock=flock
        36 27 0:46 / /cover rw - nfs4 server:/b rw,local_lock=none
        not a line
        """#

    @Test(
        "The file system of a path is the deepest and last one",
        arguments: [
            ("/", "/"), ("/home/x", "/"), ("/data", "/data"), ("/data/job", "/data"),
            ("/database", "/"), ("/data/inner/job", "/data/inner"),
            ("/with space/x", "/with space"),
        ])
    func deepest(path: String, mount: String) {
        #expect(MountPoint.of(path, in: Self.list)?.path == mount)
    }

    @Test(
        "Local locks and object stores are hazards",
        arguments: [
            ("/home", nil), ("/data", nil), ("/old", .localLocks("nolock")),
            ("/with space", .objectStore("gcsfuse")), ("/lustre", .localLocks("localflock")),
            ("/data/inner", .objectStore("mountpoint-s3")), ("/cover", nil),
        ] as [(String, MountPoint.Hazard?)])
    func hazard(path: String, hazard: MountPoint.Hazard?) {
        #expect(MountPoint.of(path, in: Self.list)?.hazard == hazard)
    }

    @Test("The file system of a temporary folder is in the kernel's list, and is no hazard")
    func own() throws {
        let folder = try TemporaryFolder("mount")
        let mount = try #require(MountPoint.of(folder: folder.path))
        #expect(folder.path.hasPrefix(mount.path))
        #expect(mount.hazard == nil)
        #expect(MountPoint.of(folder: folder.path("missing")) == nil)
    }
}

@Suite("Files that several machines may create") struct LinkedFileTests {
    @Test("The first of many creations wins, and no other name is left")
    func race() throws {
        let folder = try TemporaryFolder("linked")
        let path = folder.path("file")
        #expect(try LinkedFile.create(Array("first".utf8), at: path))
        #expect(try !LinkedFile.create(Array("second".utf8), at: path))
        #expect(try folder.text("file") == "first")
        #expect(try folder.names() == ["file"])
    }

    @Test("A missing folder is an error")
    func missing() throws {
        let folder = try TemporaryFolder("linked")
        #expect(throws: SystemError.self) {
            try LinkedFile.create([], at: folder.path("missing/file"))
        }
    }
}

import Ledger
import Platform
import Records
import Sending

/// The job of a shard: its manifest, which the first shard creates and the others check.
struct ShardJob {
    private let path: String
    /// The journal of the shard.
    private let journal: String
    /// The job as this process would begin it.
    private let wanted: ShardManifest

    /// - Throws: `.streamInShard` if an input can't be read by all shards.
    init(_ options: SendOptions, _ shard: ShardOptions, _ inputs: RunInputs) throws(SendError) {
        if let stream = inputs.identities.first(where: \.isStream) {
            throw .streamInShard(path: stream.path)
        }
        let folder = Directory.parent(of: shard.manifest)
        if let mount = MountPoint.of(folder: folder), let hazard = mount.hazard {
            throw .unsharedFolder(path: folder, point: mount.path, hazard)
        }
        path = shard.manifest
        journal = options.report.journal
        var identity = options.runIdentity
        identity[Flags.shards.shard.declaration.spelling] = nil
        wanted = ShardManifest(
            jobID: RunID.random(), count: shard.shard.count, base: shard.choice.base,
            system: shard.choice.system, report: shard.report, destination: shard.destination,
            inputs: try inputs.ofJob(), options: identity, flags: shard.flags,
            lastingFlags: options.commands.shareableFlags,
            variables: options.commands.lastingVariables)
    }

    /// Returns the id of the job that other shards have started; nil if this shard is the first.
    ///
    /// - Throws: `.otherJob` if this shard is not of it, `.noManifest` if only the manifest is missing.
    func existing() throws(SendError) -> RunID? {
        let found: ShardManifest?
        do { found = try ShardManifest.read(path) } catch { throw .manifest(path: path, error) }
        guard let manifest = found else {
            do {
                guard try FileStatus.of(journal) != nil else { return nil }
            } catch {
                throw .file(error)
            }
            throw .noManifest(path: path, journal: journal)
        }
        if let difference = manifest.difference(to: wanted) {
            throw .otherJob(path: path, difference)
        }
        return manifest.jobID
    }

    /// Begins the job, or joins the one that another shard has begun at the same time.
    func begin() throws(SendError) -> RunID {
        do {
            if try LinkedFile.create(wanted.bytes, at: path) { return wanted.jobID }
        } catch {
            throw .manifest(path: path, .file(error))
        }
        guard let other = try existing() else { throw .manifest(path: path, .invalid) }
        return other
    }
}

extension ShardChoice {
    /// This process as the owner of the shard's journal.
    var owner: JournalOwner {
        JournalOwner(
            host: HostName.current.map { String($0.prefix(64)) },
            processStart: ProcessStart.current, attempt: attempt)
    }
}

extension ShardManifest {
    /// The file's content.
    var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.object { json in
            json.member("hookbatch", Version.number)
            json.member("version", Self.version)
            json.member("job_id", jobID.description)
            json.member("shards", count)
            json.member("rule", rule)
            json.member("base", base)
            json.member("system", system)
            json.member("report", report)
            json.member("to", destination)
            json.member("inputs") { json in
                json.array(inputs) { json, input in
                    json.object { json in
                        json.member("name", input.name)
                        json.member("path", input.path)
                        json.member("size", input.size)
                        json.member("fingerprint", input.fingerprint)
                    }
                }
            }
            json.member("options") { json in
                json.array(options.sorted { $0.key < $1.key }) { json, option in
                    json.object { json in
                        json.member("flag", option.key)
                        json.member("value", option.value)
                    }
                }
            }
            json.member("flags") { json in json.array(flags) { $0.literal($1) } }
            json.member("lasting_flags") { json in json.array(lastingFlags) { $0.literal($1) } }
            json.member("variables") { json in json.array(variables) { $0.literal($1) } }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}

/// A batch system that numbers the processes of a job in a variable.
struct BatchSystem: Hashable, Sendable {
    let name: String
    /// The variable with this process's index.
    let index: String
    /// The first index; nil if users choose it.
    let base: Int?
    /// The variable with the number of all processes of the job; nil without one.
    ///
    /// A count that describes a rerun of some processes alone is not used: a single process would send
    /// everything.
    let count: String?
    /// The variable with the number of this attempt; nil without one.
    var attempt: String?

    /// Slurm's `SLURM_ARRAY_TASK_COUNT` is 1 in `--array=3`.
    static let all = [
        BatchSystem(
            name: "Slurm", index: "SLURM_ARRAY_TASK_ID", base: nil, count: nil,
            attempt: "SLURM_RESTART_COUNT"),
        BatchSystem(name: "Kubernetes", index: "JOB_COMPLETION_INDEX", base: 0, count: nil),
        BatchSystem(
            name: "AWS Batch", index: "AWS_BATCH_JOB_ARRAY_INDEX", base: 0,
            count: "AWS_BATCH_JOB_ARRAY_SIZE", attempt: "AWS_BATCH_JOB_ATTEMPT"),
        BatchSystem(
            name: "Cloud Run", index: "CLOUD_RUN_TASK_INDEX", base: 0,
            count: "CLOUD_RUN_TASK_COUNT", attempt: "CLOUD_RUN_TASK_ATTEMPT"),
        BatchSystem(
            name: "Google Batch", index: "BATCH_TASK_INDEX", base: 0, count: "BATCH_TASK_COUNT",
            attempt: "BATCH_TASK_RETRY_ATTEMPT"),
        BatchSystem(name: "Nomad", index: "NOMAD_ALLOC_INDEX", base: 0, count: nil),
        BatchSystem(name: "SGE", index: "SGE_TASK_ID", base: 1, count: nil),
        BatchSystem(name: "LSF", index: "LSB_JOBINDEX", base: 1, count: nil),
        BatchSystem(name: "GNU parallel", index: "PARALLEL_SEQ", base: 1, count: nil),
        BatchSystem(name: "GitLab", index: "CI_NODE_INDEX", base: 1, count: "CI_NODE_TOTAL"),
        BatchSystem(
            name: "Buildkite", index: "BUILDKITE_PARALLEL_JOB", base: 0,
            count: "BUILDKITE_PARALLEL_JOB_COUNT", attempt: "BUILDKITE_RETRY_COUNT"),
    ]

    /// The names of all variables.
    static let variables = Set(all.flatMap { [$0.index, $0.count, $0.attempt].compactMap(\.self) })
}

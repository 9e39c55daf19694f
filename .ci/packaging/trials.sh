# Functions of .ci/release-check, to be sourced by bash after functions.sh. They use its variables
# `scratch`, `files` and `version`.

# The processes that this script has started, and that must end with it.
started=()

clean_up() {
    local pid
    # The end of unshare kills what it has started.
    for pid in "${started[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
    wait
    rm -rf --one-file-system "$scratch"
}

# step NAME COMMAND...: runs the command and prints the name and the seconds.
step() {
    local name=$1 start=$SECONDS
    shift
    printf '\n==> %s\n' "$name"
    "$@"
    printf '==> %s: %d s\n' "$name" $((SECONDS - start))
}

# in_folder FOLDER COMMAND...
in_folder() (
    cd "$1"
    shift
    "$@"
)

# release FOLDER: makes the release in a clone, with temporary files beside it.
release() {
    mkdir -p "$1/temporary"
    clone . "$1/clone"
    TMPDIR=$1/temporary "$1/clone/.ci/release" "$version"
}

# check_sbom FILE: each relationship is between packages that are described.
check_sbom() {
    jq --exit-status '
        ([.packages[].SPDXID] + ["SPDXRef-DOCUMENT"]) as $known
        | .spdxVersion == "SPDX-2.3" and (.packages | length) > 5
        and ([.relationships[] | .spdxElementId, .relatedSpdxElement] - $known == [])
        and ($known - [.relationships[] | .spdxElementId, .relatedSpdxElement] == [])
        and (tostring | test("@[A-Z]+@") | not)' "$1"
}

# fresh SUITE: a Debian system with apt and no other optional package, as a tar file.
fresh() { mmdebstrap --quiet --mode=root --variant=apt "$1" "$scratch/$1.tar"; }

# unpack SUITE FOLDER: a new root folder of that system.
unpack() {
    mkdir "$2"
    tar --extract --directory "$2" --file "$scratch/$1.tar"
    cp --dereference /etc/resolv.conf /etc/hosts "$2/etc"
}

# enter ROOT COMMAND...: becomes the command in the root folder, as process 1 of its namespace.
enter() {
    local root=$1
    shift
    exec unshare --pid --fork --kill-child --mount-proc --root="$root" --wd=/root \
        env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C \
        DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy="$http_proxy"} "$@"
}

# inside ROOT COMMAND...: runs the command there.
inside() ( enter "$@" )

# apt ROOT ARGUMENT...: runs apt-get there, without recommended packages.
apt() {
    local root=$1
    shift
    inside "$root" apt-get -qq -o Dpkg::Use-Pty=0 --no-install-recommends "$@"
}

# listing ROOT: the files of the system, except those of the package manager and caches.
listing() {
    (cd "$1" && find . -xdev \( -path ./var/lib/dpkg -o -path ./var/lib/apt -o -path ./var/cache \
        -o -path ./var/log -o -path ./etc/ld.so.cache -o -path ./proc -o -path ./dev \
        -o -path ./root -o -path ./tmp \) -prune -o -printf '%p %M %u\n' | sort)
}

# try_package SUITE: installs the package, sends with it, removes it, and nothing of it is left.
try_package() {
    local root=$scratch/package-$1 package=hookbatch_${version}_amd64.deb
    unpack "$1" "$root"
    apt "$root" update
    # The dependencies first, so that the listings differ by the package alone.
    cp "$files/$package" "$root/tmp"
    apt "$root" install "/tmp/$package"
    apt "$root" purge hookbatch
    listing "$root" >"$scratch/before"
    apt "$root" install "/tmp/$package"
    [ -z "$(find "$root/etc/systemd" -name '*hookbatch*')" ] || fail "a unit is enabled"
    inside "$root" dpkg --verify hookbatch
    try_sending "$root" /usr/share/doc/hookbatch/examples
    apt "$root" remove hookbatch
    listing "$root" | diff "$scratch/before" - || fail "files are left after the removal"
    apt "$root" purge hookbatch
    listing "$root" | diff "$scratch/before" - || fail "files are left after the purge"
    ! inside "$root" dpkg --status hookbatch 2>/dev/null || fail "the package is still known"
    rm -rf --one-file-system "$root"
}

# try_units SUITE: with systemd, a unit is enabled by a person only, and a purge removes its links.
try_units() {
    local root=$scratch/units-$1 links
    unpack "$1" "$root"
    apt "$root" update
    cp "$files/hookbatch_${version}_amd64.deb" "$root/tmp"
    apt "$root" install systemd "/tmp/hookbatch_${version}_amd64.deb"
    inside "$root" id hookbatch
    links=(find "$root/etc/systemd" -name "*hookbatch*")
    [ -z "$("${links[@]}")" ] || fail "a unit is enabled"
    inside "$root" systemd-analyze verify --man=no hookbatch.timer hookbatch.service
    inside "$root" systemctl enable hookbatch.timer
    [ -n "$("${links[@]}")" ] || fail "the timer can't be enabled"
    apt "$root" purge hookbatch
    [ -z "$("${links[@]}")" ] || fail "links are left after the purge"
    rm -rf --one-file-system "$root"
}

# try_archive SUITE: unpacks the archive below /usr/local, with the packages that the README names.
try_archive() {
    local root=$scratch/archive-$1
    unpack "$1" "$root"
    apt "$root" update
    apt "$root" install libstdc++6 zlib1g libcurl4 libsqlite3-0 ca-certificates
    tar --extract --gzip --file "$files/hookbatch-$version-linux-x86_64.tar.gz" \
        --directory "$root/usr/local" --strip-components=1
    try_sending "$root" /usr/local/share/doc/hookbatch/samples
    rm -rf --one-file-system "$root"
}

# try_sending ROOT SAMPLES: sends the sample to a store, to serve and over TLS to nginx.
try_sending() {
    local root=$1 sample=$2/events.ndjson lines
    lines=$(grep -c . samples/events.ndjson)
    printf 'trial-key-0123456789\n' >"$root/root/key"
    chmod 600 "$root/root/key"
    [ "$(inside "$root" hookbatch version --json | jq -r .hookbatch)" = "$version" ]
    inside "$root" hookbatch version
    inside "$root" hookbatch send --report store.ndjson "$sample"
    accepted "$root/root/store.ndjson" "$lines"

    serve "$root"
    inside "$root" hookbatch send --to "http://127.0.0.1:$serve_port/v1" --api-key-file key \
        --report serve.ndjson "$sample"
    accepted "$root/root/serve.ndjson" "$lines"

    tls_proxy "$root" "$serve_port"
    inside "$root" hookbatch send --to "https://localhost:$tls_port/v1" --ca-cert authority.pem \
        --api-key-file key --report tls.ndjson "$sample"
    accepted "$root/root/tls.ndjson" "$lines"
    # Without the authority the system's certificates are used, and do not know it.
    ! inside "$root" hookbatch send --to "https://localhost:$tls_port/v1" --retries 0 \
        --start-patience 1s --api-key-file key --report refused.ndjson "$sample" \
        2>"$root/root/refused" || fail "a certificate of an unknown authority is accepted"
    grep -q 'certificate' "$root/root/refused" || fail "$(cat "$root/root/refused")"
    stop_servers
    [ "$(inside "$root" hookbatch store messages --store served.db | wc -l)" = $((2 * lines)) ] ||
        fail "the server has other messages"
}

# accepted REPORT LINES: the report has so many rows, each accepted and sent once.
accepted() {
    local rows
    rows=$(jq -r 'select(.outcome == "accepted" and .attempts == 1 and
        .possible_duplicate == false) | .line' "$1" | sort -nu | wc -l)
    [ "$rows" = "$2" ] && [ "$(wc -l <"$1")" = "$2" ] || fail "$1: $rows rows accepted of $2"
}

# contain ROOT ARGUMENT...: becomes hookbatch as an engine would start it from the Containerfile.
contain() {
    local root=$1
    shift
    exec env -i PATH=/usr/bin unshare --pid --fork --kill-child --mount-proc --root="$root" \
        --wd=/data --setuid=65532 --setgid=65532 /usr/bin/hookbatch "$@"
}

# try_image SUITE: makes the image's root folder as the Containerfile does. There SIGTERM stops a run
# in order, as process 1 and without root's rights, and the same command resumes it.
try_image() {
    local build=$scratch/image-$1 root=$scratch/image-$1/rootfs lines send status=0
    lines=$(grep -c . samples/events.ndjson)
    unpack "$1" "$build"
    cp "$files/hookbatch_${version}_amd64.deb" samples/container-rootfs.sh "$build/tmp"
    inside "$build" sh /tmp/container-rootfs.sh "/tmp/hookbatch_${version}_amd64.deb" /rootfs >/dev/null
    [ -z "$(find "$root" -name '*sh' -o -perm /6000 ! -type d)" ] || fail "the image has a shell"
    du -sh "$root"
    # What an engine adds: devices, the volume's input and the key.
    mkdir -p "$root/proc" "$root/dev" "$root/in"
    mknod -m 666 "$root/dev/null" c 1 3
    cp samples/events.ndjson "$root/in"
    printf 'trial-key-0123456789\n' >"$root/in/key"
    cp "$root/in/key" "$build/root/key"
    chown 65532 "$root/in/key"
    chmod 600 "$root/in/key" "$build/root/key"
    (contain "$root" version --json) | tee "$scratch/versions"
    jq --exit-status 'all(.[]; . != null)' "$scratch/versions"

    serve "$build"
    tls_proxy "$build" "$serve_port"
    cp "$build/root/authority.pem" "$root/in"
    send=(send --to "https://localhost:$tls_port/v1" --ca-cert /in/authority.pem
        --api-key-file /in/key --rate 5/s --report out.ndjson /in/events.ndjson)
    contain "$root" "${send[@]}" &
    started+=($!)
    wait_for '/"accepted"/p' "$root/data/out.ndjson.journal" >/dev/null
    stop $!
    wait $! || status=$?
    unset 'started[-1]'
    [ $status = 143 ] || fail "SIGTERM: exit $status"
    [ ! -e "$root/data/out.ndjson" ] || fail "the run was not stopped"
    (contain "$root" "${send[@]}")
    accepted "$root/data/out.ndjson" "$lines"
    [ -z "$(find "$root/data" -type f ! -user 65532)" ] || fail "files of another user"
    stop_servers
    [ "$(inside "$build" hookbatch store messages --store served.db | wc -l)" = "$lines" ] ||
        fail "the server has other messages"
    # A command that does not wait for signals.
    mkfifo "$root/in/fifo"
    chmod 644 "$root/in/fifo"
    contain "$root" check /in/fifo &
    started=($!)
    sleep 1
    status=0
    stop $!
    timeout 20 tail --pid=$! -f /dev/null || fail "SIGTERM does not end a check"
    wait $! || status=$?
    started=()
    [ $status = 143 ] || fail "SIGTERM while checking: exit $status"
    rm -rf --one-file-system "$build"
}

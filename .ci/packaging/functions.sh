# Functions of .ci/release and .ci/release-check, to be sourced by bash.

export LC_ALL=C TZ=UTC
umask 022

# The oldest C library that the program loads from, and the libraries that it is linked with. Others
# are loaded when they are needed.
newest_glibc=2.34
linked="ld-linux-x86-64.so.2 libc.so.6 libgcc_s.so.1 libm.so.6 libstdc++.so.6 libz.so.1"
# The archives whose code is in the program; notices.txt and sbom.spdx.json name them.
archives="libgcc.a libswiftCore.a libswiftGlibc.a"

fail() {
    printf '==> failed: %s\n' "$1" >&2
    exit 1
}

# version_of SOURCE: the program's version number.
version_of() { sed -n 's/^ *static let number = "\(.*\)"$/\1/p' "$1/Sources/hookbatch/Process/Version.swift"; }

# clone REPOSITORY FOLDER: clones the last commit; its id is then in .git/HEAD, where the build reads it.
clone() {
    git clone --quiet --no-hardlinks "$1" "$2"
    git -C "$2" checkout --quiet --detach "$(git -C "$1" rev-parse HEAD)"
}

# build SOURCE BINARY: builds the clone SOURCE as one stripped file BINARY, and checks that file.
build() (
    binary=$(realpath -m "$2")
    cd "$1"
    commit=$(git rev-parse HEAD)
    # The linker's own build id would contain paths.
    swift build -c release --static-swift-stdlib --disable-local-rpath --product hookbatch \
        --scratch-path .build \
        -Xswiftc -file-prefix-map -Xswiftc "$PWD=." -Xcc "-ffile-prefix-map=$PWD=." \
        -Xlinker -s -Xlinker "--build-id=0x$commit" -Xlinker -Map=.build/map
    cp .build/release/hookbatch "$binary"
    # It has checksums of the compiler's arguments, with paths, and nothing reads it.
    zero_section "$binary" .swift_modhash
    check_archives .build/map
    check_binary "$binary" "$commit"
)

# zero_section BINARY SECTION: fills it with zeros. objcopy would drop GNU_RELRO with the section.
zero_section() {
    local offset size
    read -r offset size < <(readelf --section-headers --wide "$1" | awk -v name="$2" '
        { sub(/^ *\[ *[0-9]+\] */, "") } $1 == name { print $4, $5 }')
    [ -n "$size" ] || fail "no section $2"
    dd if=/dev/zero of="$1" bs=1 seek=$((0x$offset)) count=$((0x$size)) conv=notrunc status=none
}

# check_archives MAP: the linker took code only from archives with a notice.
check_archives() {
    local found
    found=$(sed -n '1,/^$/d; s/^\/[^(]*\/\([^/(]*\.a\)(.*/\1/p; /^Memory map/q' "$1" | sort -u)
    [ "$found" = "$(tr ' ' '\n' <<<"$archives")" ] ||
        fail "code of other archives than $archives is linked in: $found"
}

# check_binary BINARY COMMIT: the file runs where it should, and is what it says.
check_binary() {
    local newest needed
    newest=$(objdump -T "$1" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -n 1)
    printf 'newest symbol: %s\n' "$newest"
    [ "$(printf '%s\n' "GLIBC_$newest_glibc" "$newest" | sort -V | tail -n 1)" = \
        "GLIBC_$newest_glibc" ] || fail "$newest is needed, above $newest_glibc"
    needed=$(readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort | tr '\n' ' ')
    [ "$needed" = "$linked " ] || fail "linked with other libraries: $needed"
    ! readelf -d "$1" | grep -E 'RPATH|RUNPATH' || fail "the file searches libraries in a folder"
    [ "$("$1" --version)" = "hookbatch $(version_of .) ($(cut -c -12 <<<"$2"))" ] ||
        fail "the program says it is $("$1" --version)"
}

# fill TEMPLATE: the template of this folder, with the values of this release.
fill() {
    sed -e "s/@VERSION@/$version/g" -e "s/@COMMIT@/$commit/g" -e "s/@SHA256@/$sha256/g" \
        -e "s/@CREATED@/$(date -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)/g" \
        -e "s/@DATE@/$(date -R -d "@$SOURCE_DATE_EPOCH")/g" \
        -e "s/@SWIFT@/$swift/g" -e "s/@GCC@/$gcc/g" -e "s/@SIZE@/${size:-}/g" \
        "$source/.ci/packaging/$1"
}

# package SOURCE BINARY FOLDER: makes the files of the release in FOLDER. SOURCE is a clone.
package() (
    source=$1 binary=$2 files=$3
    version=$(version_of "$source")
    commit=$(git -C "$source" rev-parse HEAD)
    SOURCE_DATE_EPOCH=$(git -C "$source" log -1 --format=%ct)
    export SOURCE_DATE_EPOCH
    sha256=$(sha256sum "$binary" | cut -d ' ' -f 1)
    swift=$(swift --version 2>&1 | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p')
    gcc=$(readelf -p .comment "$binary" |
        sed -n "s/.*GCC: .* \([0-9.]*\)$/\1/p" | head -n 1)
    mkdir "$files"
    # Files of both packages.
    common=$(mktemp -d)
    trap 'rm -rf "$common"' EXIT
    notices "$(swift_licence)" >"$common/notices.txt"
    fill sbom.spdx.json >"$common/sbom.spdx.json"
    "$binary" help --man >"$common/hookbatch.1"
    local shell
    for shell in bash zsh fish; do
        "$binary" help --completions $shell >"$common/$shell"
    done
    archive "$common/archive"
    debian_package "$common/debian"
    cp "$common/sbom.spdx.json" "$files/hookbatch-$version.spdx.json"
    cd "$files"
    sha256sum hookbatch* >SHA256SUMS
)

# The path of the toolchain's licence.
swift_licence() {
    local path
    path=$(dirname "$(realpath "$(command -v swift)")")/../share/swift/LICENSE.txt
    [ -f "$path" ] || fail "Swift's licence is not at $path"
    printf '%s\n' "$path"
}

# notices LICENCE: the notices, with the text of Swift's licence.
notices() {
    fill notices.txt | sed -e "/@APACHE@/{
        r $1
        d
    }"
}

# samples_to FOLDER: the samples that a user copies and changes.
samples_to() {
    mkdir -p "$1"
    cp -p "$source"/samples/* "$1"
}

# archive FOLDER: makes the archive, whose folders are those below /usr/local.
archive() {
    local name=hookbatch-$version-linux-x86_64 share
    share=$1/$name/share
    install -D -m 755 "$binary" "$1/$name/bin/hookbatch"
    install -D -m 644 "$common/hookbatch.1" "$share/man/man1/hookbatch.1"
    install -D -m 644 "$common/bash" "$share/bash-completion/completions/hookbatch"
    install -D -m 644 "$common/zsh" "$share/zsh/site-functions/_hookbatch"
    install -D -m 644 "$common/fish" "$share/fish/vendor_completions.d/hookbatch.fish"
    samples_to "$share/doc/hookbatch/samples"
    cp "$common/notices.txt" "$common/sbom.spdx.json" \
        "$source/Sources/hookbatch/hookbatch.docc/Changes.md" "$share/doc/hookbatch"
    # Only files: folders that exist where it is unpacked keep their owner and mode.
    (cd "$1" && find "$name" -type f -print0 | sort -z |
        tar --create --no-recursion --null --files-from=- --format=gnu --owner=0 --group=0 \
            --numeric-owner --mode=u=rwX,go=rX --mtime="@$SOURCE_DATE_EPOCH") |
        gzip -9n >"$files/$name.tar.gz"
}

# debian_package FOLDER: makes the Debian package.
debian_package() {
    local root=$1 doc=$1/usr/share/doc/hookbatch debian=$source/.ci/packaging/debian script
    install -D -m 755 "$binary" "$root/usr/bin/hookbatch"
    mkdir -p "$root/usr/lib/systemd/system" "$doc/examples"
    sed 's|^ExecStart=/usr/local/bin/|ExecStart=/usr/bin/|' \
        "$source/samples/hookbatch.service" >"$root/usr/lib/systemd/system/hookbatch.service"
    grep -q '^ExecStart=/usr/bin/hookbatch outbox outbox$' \
        "$root/usr/lib/systemd/system/hookbatch.service" || fail "the service starts another file"
    cp "$source/samples/hookbatch.timer" "$root/usr/lib/systemd/system"
    install -D -m 644 "$debian/sysusers.conf" "$root/usr/lib/sysusers.d/hookbatch.conf"
    install -D -m 644 "$common/bash" "$root/usr/share/bash-completion/completions/hookbatch"
    install -D -m 644 "$common/zsh" "$root/usr/share/zsh/vendor-completions/_hookbatch"
    install -D -m 644 "$common/fish" "$root/usr/share/fish/vendor_completions.d/hookbatch.fish"
    install -D -m 644 "$common/hookbatch.1" "$root/usr/share/man/man1/hookbatch.1"
    samples_to "$doc/examples"
    # Debian has the licence itself: only Swift's exception is added.
    {
        printf '    %s\n\n' "The Apache License 2.0 is in /usr/share/common-licenses/Apache-2.0."
        sed -n '/Runtime Library Exception/,$p' "$(swift_licence)"
    } >"$common/licence"
    { fill debian/copyright && notices "$common/licence"; } >"$doc/copyright"
    cp "$common/sbom.spdx.json" "$doc"
    cp "$source/Sources/hookbatch/hookbatch.docc/Changes.md" "$doc/NEWS"
    fill debian/changelog >"$doc/changelog"
    gzip -9n "$root/usr/share/man/man1/hookbatch.1" "$doc/NEWS" "$doc/changelog"
    size=$(du --apparent-size -sk "$root" | cut -f 1)
    mkdir "$root/DEBIAN"
    for script in postinst prerm postrm; do
        install -m 755 "$debian/$script" "$root/DEBIAN/$script"
    done
    fill debian/control >"$root/DEBIAN/control"
    (cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
    chmod -R u=rwX,go=rX "$root"
    find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
    dpkg-deb --root-owner-group --threads-max=1 -Zxz -z6 --build "$root" \
        "$files/hookbatch_${version}_amd64.deb"
}

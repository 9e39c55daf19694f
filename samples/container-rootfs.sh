#!/bin/sh
# Installs the Debian package of hookbatch, and copies what it needs to run into a new folder, the
# root of an image: container-rootfs.sh PACKAGE FOLDER. For a Debian system that is thrown away after.
set -eu
package=$1 root=$2
apt-get update
apt-get install --yes --no-install-recommends "$package" libzstd1
mkdir -p "$root/etc/ssl" "$root/usr/bin" "$root/usr/lib" "$root/usr/share/doc/hookbatch" "$root/tmp"
mkdir "$root/data"
chmod 1777 "$root/tmp"
chown 65532:65532 "$root/data"
ln -s usr/lib "$root/lib"
ln -s usr/lib64 "$root/lib64"
cp /usr/bin/hookbatch "$root/usr/bin"
cp /usr/share/doc/hookbatch/copyright "$root/usr/share/doc/hookbatch"
# The certificates, and the libraries: those that the program is linked with, those that it loads,
# and theirs. The loader finds them in these folders without a cache.
cp -r --dereference /etc/ssl/certs "$root/etc/ssl"
for library in /usr/bin/hookbatch $(ls /usr/lib/x86_64-linux-gnu/libcurl.so.4 \
    /usr/lib/x86_64-linux-gnu/libsqlite3.so.0 /usr/lib/x86_64-linux-gnu/libzstd.so.1); do
    ldd "$library" | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p'
    [ "$library" = /usr/bin/hookbatch ] || echo "$library"
done | sort -u | while read -r library; do
    case $library in
        */ld-linux-x86-64.so.2) target=/usr/lib64/ld-linux-x86-64.so.2 ;;
        *) target=/usr/lib/x86_64-linux-gnu/${library##*/} ;;
    esac
    mkdir -p "$root${target%/*}"
    cp --dereference "$library" "$root$target"
done
printf 'root:x:0:0::/:/\nhookbatch:x:65532:65532::/data:/\n' >"$root/etc/passwd"
printf 'root:x:0:\nhookbatch:x:65532:\n' >"$root/etc/group"

#!/bin/bash
# Unpacks what Debian 13 has and 12 lacks (PgBouncer 1.24; PostgreSQL 17 with pgvector) into a folder in the cache, and prints
# that folder. Installs nothing, and touches nothing of the system's apt and dpkg. Downloads some 100 MB, once.
# Its programs run from there: usr/lib/postgresql/17/bin/*, usr/sbin/pgbouncer.
set -euo pipefail

packages=(pgbouncer postgresql-17-pgvector)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

fail() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# As howdah/testing/folders.hpp.
cache_folder() {
    if [[ -n ${HOWDAH_CACHE:-} ]]; then echo "$HOWDAH_CACHE"
    elif [[ -n ${XDG_CACHE_HOME:-} ]]; then echo "$XDG_CACHE_HOME/howdah"
    elif ((EUID == 0)); then echo /var/cache/howdah
    else echo "${HOME:?}/.cache/howdah"; fi
}

# The mirror that this machine takes its own packages from.
mirror() {
    local release
    release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    # shellcheck disable=SC2016 # apt's own variable
    apt-get indextargets --format '$(REPO_URI)' "Release: $release" 'Component: main' 'Created-By: Packages' | head -n 1
}

# download FOLDER: the packages and all that they need, as on a machine that has nothing.
download() {
    local folder=$1 from
    from=$(mirror)
    [[ -n $from ]] || fail "apt has no source of Debian's packages"
    mkdir -p "$folder"/{lists,archives}/partial
    : >"$folder/status"
    echo "deb [signed-by=$keyring] $from trixie main" >"$folder/sources.list"
    local options=(-qq -o Dir::Etc::sourcelist="$folder/sources.list" -o Dir::Etc::sourceparts=/dev/null
        -o Dir::State::lists="$folder/lists" -o Dir::State::status="$folder/status"
        -o Dir::Cache="$folder" -o Dir::Cache::archives="$folder/archives"
        -o Debug::NoLocking=1 -o APT::Sandbox::User=root)
    apt-get "${options[@]}" update >&2
    apt-get "${options[@]}" install -y --no-install-recommends --download-only "${packages[@]}" >&2
}

# lead_in ROOT FINAL PROGRAM: the program starts with the libraries it was unpacked with, once ROOT is at FINAL.
lead_in() {
    local root=$1 final=$2 program=$3 loader libraries
    loader=$(find "$root" -name 'ld-linux*.so.*' -printf '%P\n' | head -n 1)
    libraries=$(find "$root" -name libc.so.6 -printf '%P\n' | head -n 1 | xargs -r dirname)
    [[ -n $loader && -n $libraries ]] || fail "Debian's C library is not among the packages"
    mv "$root/$program" "$root/$program.elf"
    cat >"$root/$program" <<END
#!/bin/sh
exec $(printf %q "$final/$loader") --library-path $(printf %q "$final/$libraries") $(printf %q "$final/$program.elf") "\$@"
END
    chmod +x "$root/$program"
}

cache=$(cache_folder)
target=$cache/debian-13
mkdir -p "$cache"
exec 9>"$target.lock"
flock --timeout 900 9 || fail "another process has held $target.lock for 15 minutes"
if [[ ! -d $target ]]; then
    work=$target.part
    rm -rf "$work"
    download "$work/apt"
    for package in "$work"/apt/archives/*.deb; do dpkg-deb --extract "$package" "$work/root"; done
    for program in "$work/root"/usr/lib/postgresql/17/bin/* "$work/root/usr/sbin/pgbouncer"; do
        lead_in "$work/root" "$target" "${program#"$work/root/"}"
    done
    mv "$work/root" "$target"
    rm -rf "$work"
fi
echo "$target"

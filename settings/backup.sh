#!/bin/sh
# Backup and restore, with PostgreSQL's own programs and nothing else (docs/operations.md).
#
#   backup.sh save FOLDER    writes FOLDER/frontdesk-DATE.dump (and .media.tar, if MEDIA_ROOT is a folder), checked
#   backup.sh check FILE     reads a dump to its end and compares its checksum
#   backup.sh restore FILE   fills the empty database DATABASE_URL (and the empty folder MEDIA_ROOT) from it
#
# DATABASE_URL says which database. Everything streams: memory does not grow with the database.
# Nothing of FRONTDESK_KEYS or SECRET_KEY is in a backup: keep them elsewhere.
set -eu
umask 077

fail() { echo "backup: $*" >&2; exit 1; }

save() {
    : "${DATABASE_URL:?says which database}"
    [ -d "$1" ] || fail "$1 is no folder"
    name="$1/frontdesk-$(date -u +%Y%m%dT%H%M%SZ)"
    [ ! -e "$name.dump" ] || fail "$name.dump exists"
    trap 'rm -f "$name.dump.part" "$name.media.tar.part"' EXIT
    # The database first: whatever it names is then in the folder, which is read after it.
    pg_dump --format=custom --no-owner --no-privileges --lock-wait-timeout=60s --file="$name.dump.part" "$DATABASE_URL"
    pg_restore --file=/dev/null "$name.dump.part" || fail "the dump cannot be read to its end"
    if [ -d "${MEDIA_ROOT:-/nonexistent}" ]; then
        tar -C "$MEDIA_ROOT" -cf "$name.media.tar.part" .
        mv "$name.media.tar.part" "$name.media.tar"
        sum "$name.media.tar"
    fi
    mv "$name.dump.part" "$name.dump"
    sum "$name.dump"
    echo "$name.dump"
}

sum() { (cd "$(dirname "$1")" && sha256sum "$(basename "$1")" >"$(basename "$1").sha256"); }

verify() {
    [ -f "$1" ] || fail "$1 is not there"
    [ ! -f "$1.sha256" ] || (cd "$(dirname "$1")" && sha256sum --quiet --check "$(basename "$1").sha256" >&2) ||
        fail "$1 is damaged: it is not what its checksum says"
}

check() {
    verify "$1"
    media="${1%.dump}.media.tar"
    [ ! -f "$media" ] || verify "$media"
    pg_restore --file=/dev/null "$1" || fail "$1 is damaged: it cannot be read to its end"
    echo "$1 is whole"
}

restore() {
    : "${DATABASE_URL:?says which database}"
    check "$1" >&2
    tables=$(psql --no-psqlrc --quiet --tuples-only --no-align --dbname="$DATABASE_URL" \
        --command="SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    [ "$tables" = 0 ] || fail "the database is not empty ($tables tables); restore into a new one"
    media="${1%.dump}.media.tar"
    if [ -f "$media" ]; then
        : "${MEDIA_ROOT:?says where the files of $media go}"
        mkdir -p "$MEDIA_ROOT"
        [ -z "$(ls -A "$MEDIA_ROOT")" ] || fail "$MEDIA_ROOT is not empty"
    fi
    # All of it or nothing.
    pg_restore --exit-on-error --single-transaction --no-owner --no-privileges --dbname="$DATABASE_URL" "$1"
    psql --no-psqlrc --quiet --dbname="$DATABASE_URL" --command="ANALYZE" >/dev/null
    [ ! -f "$media" ] || tar -C "$MEDIA_ROOT" -xf "$media"
    echo "restored from $1"
}

case "${1:-}" in
    save | check | restore) [ $# = 2 ] || fail "usage: backup.sh $1 $([ "$1" = save ] && echo FOLDER || echo FILE)"; "$@" ;;
    *) sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 1 ;;
esac

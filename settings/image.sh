#!/bin/sh
# The steps that make the image, so that a test can take them without Docker (tests/settings/test_image.py).
#
#   image.sh install VENV   a virtual environment with what requirements.runtime.lock names, by PYTHON (python3)
#   image.sh collect VENV   static files under hashed names, compressed, in STATIC_ROOT; and the code compiled
set -eu
lock=requirements.runtime.lock

# A company's proxy is known to the system, not to uv's own list (the second is the name in older versions).
export UV_SYSTEM_CERTS=1 UV_NATIVE_TLS=1

# pip, slower, is for where there is no uv, or where it cannot reach the index that pip is set up for.
install() {
    if command -v uv >/dev/null 2>&1 && uv venv -q --clear --python "${PYTHON:-python3}" "$1" &&
        uv pip install -q --python "$1/bin/python" --require-hashes --no-deps -r "$lock"; then
        return
    fi
    rm -rf "$1"
    "${PYTHON:-python3}" -m venv "$1"
    "$1/bin/python" -m pip install -q --disable-pip-version-check --no-cache-dir --require-hashes --no-deps -r "$lock"
}

# Settings want a name for every server and key. None of these is used, and none is kept.
collect() {
    SECRET_KEY=unused FRONTDESK_KEYS=unused DATABASE_URL=postgres://nowhere/frontdesk REDIS_URL=redis://nowhere/0 \
        DJANGO_SETTINGS_MODULE=settings.base "$1/bin/python" -m django collectstatic --noinput --verbosity 0
    "$1/bin/python" -m compileall -q inbox notifications imports integrations bell settings
}

"$@"

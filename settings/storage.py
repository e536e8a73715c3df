"""Where files lie that people give us: a folder, or a bucket of S3 (or of what speaks its protocol)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def media_storage(environ: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """Return Django's `STORAGES["default"]`: S3 where MEDIA_S3_BUCKET names a bucket, else `folder`.

    Who asks, and where S3 is, boto3 finds by itself.
    """
    bucket = environ.get("MEDIA_S3_BUCKET", "").strip()
    if not bucket:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(folder)}}
    from boto3.s3.transfer import TransferConfig
    from botocore.config import Config

    elsewhere = environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL")
    config = Config(
        # A name before the host, as AWS has it, is what few other servers answer to.
        s3={"addressing_style": "path" if elsewhere else "auto"},
        connect_timeout=5,
        read_timeout=60,
        retries={"mode": "standard", "max_attempts": 4},
        # Others' servers do not know the newer ones.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    options = {
        "bucket_name": bucket,
        "location": environ.get("MEDIA_S3_PREFIX", "").strip().strip("/"),
        "region_name": environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or None,
        # boto3's own search for them knows more places, and a session's token.
        "access_key": None,
        "secret_key": None,
        "security_token": None,
        # What is there is never written over: another name is taken, as on a disk.
        "file_overwrite": False,
        "max_memory_size": 1024 * 1024,
        # A part of an import (imports/storing.py) is one request; no threads of its own for each file.
        "transfer_config": TransferConfig(multipart_threshold=16 * 1024 * 1024, use_threads=False),
        "client_config": config,
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}

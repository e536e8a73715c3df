"""Static files under hashed names, compressed once when they are collected."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    # `import … from "./x.js"` must find the hashed x.js, or a deployment would mix old and new modules.
    support_js_module_import_aggregation = True

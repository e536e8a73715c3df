"""`/api/v1/imports/`."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from imports import beginning, control, refused, storing
from imports.api_shapes import ImportInputSerializer, ImportSerializer, SyncInputSerializer
from imports.csv import mapping
from imports.csv.mapping import MappingRefused
from imports.desk.page_views import refused_file
from imports.errors import ImportRefused
from imports.intercom import beginning as intercom
from imports.models import Import
from imports.progress import Figures, figures_of
from inbox.api import examples_of_imports as shown
from inbox.api.base import ApiView
from inbox.api.codes import CODES
from inbox.api.paging import Keyset, PageQuery
from inbox.api.parsing import StrictJSONParser
from inbox.api.problems import Problem
from inbox.api.schema import describe, page_of
from inbox.people.audit import Actor
from inbox.people.permissions import Permission, require

TAG = "imports"
NEWEST = Keyset("imports", "id")
BY_ID = {"id": "The import's id."}
# The file, and what a form adds to it.
LARGEST = storing.LARGEST + 1024 * 1024
_FIELDS = dict.fromkeys(("too_large", "not_csv", "file_empty", "too_many_columns"), "file")


class _ImportView(ApiView):
    """Shows imports with their figures."""

    def shown(self, shape: type[serializers.Serializer[Any]], what: Any, *, many: bool = False) -> Any:
        """Return imports as the API answers them. One query for the figures of all."""
        rows = list(what) if many else [what]
        known = figures_of(rows)
        told = [shape(self._body(row, known[row.pk])).data for row in rows]
        return told if many else told[0]

    def find(self, id: uuid.UUID) -> Import:
        """Return an import of this workspace. Raises Http404."""
        return get_object_or_404(imports_of(self), public_id=id)

    def _body(self, row: Import, figures: Figures) -> dict[str, Any]:
        url = reverse("api-import-refused", kwargs={"id": row.public_id})
        downloads = figures.refused and refused.can_download(row)
        return {
            "id": row.public_id,
            "source": row.source,
            "name": row.name or None,
            "status": row.status,
            "dry_run": row.dry_run,
            **figures.outcomes(),
            "remaining": figures.remaining,
            "refused_url": self.request.build_absolute_uri(url) if downloads else None,
            "accounts": {"created": figures.accounts_created, "updated": figures.accounts_updated},
            "batches_remaining": figures.batches_remaining,
            "rows_per_second": figures.rows_per_second,
            "error": row.error or None,
            "created_at": row.created_at,
            "finished_at": row.finished_at,
        }


def imports_of(view: ApiView) -> QuerySet[Import]:
    """Return the imports that a call may reach."""
    return Import.objects.filter(workspace=view.workspace).select_related("workspace", "by__user")


class ImportList(_ImportView):
    """All imports, and new ones."""

    largest = LARGEST
    parser_classes = [MultiPartParser, StrictJSONParser]

    @describe(
        "list_imports", "List imports", tag=TAG, query=PageQuery, answers={200: page_of(ImportSerializer)},
        shows=shown.PAGE,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """The newest first."""
        return self.page(imports_of(self), NEWEST, self.asked(PageQuery), ImportSerializer)

    @describe(
        "create_import", "Import a file", tag=TAG, request=SyncInputSerializer, form=ImportInputSerializer,
        answers={201: ImportSerializer}, example=shown.SYNC_INPUT, form_example=shown.IMPORT_INPUT,
        shows=shown.IMPORT_BEGUN,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """It is stored before the answer comes, and runs at once; ask for it again to see how far it is, or route
        `import.finished` to a webhook. Of rows with the same key the last one wins, and the earlier ones count as
        `unchanged`. A file that is refused as a whole leaves no import. What is connected is brought in by JSON:
        `{"source": "intercom"}`. For tokens that act as an owner or admin."""
        require(self.teammate, Permission.IMPORT)
        by = Actor.of(request, self.teammate, via="api")
        is_form = (request.content_type or "").partition(";")[0].strip().lower() == MultiPartParser.media_type
        import_ = self._from_form(by) if is_form else self._from_source(by)
        return Response(self.shown(ImportSerializer, import_), 201)

    def _from_form(self, by: Actor) -> Import:
        body = self.sent(ImportInputSerializer)
        file = body["file"]
        import_ = beginning.begin(self.workspace, self.teammate, body.get("name") or file.name)
        try:
            beginning.receive(import_, file, file.size)
            _choose(import_, body)
            control.start(import_, by, dry_run=body.get("dry_run", False))
        except ImportRefused as error:
            storing.delete_files(import_)
            import_.delete()
            raise problem_of(error) from error
        return import_

    def _from_source(self, by: Actor) -> Import:
        body = self.sent(SyncInputSerializer)
        try:
            return intercom.begin(
                self.workspace, by, dict(body.get("options") or {}), dry_run=body.get("dry_run", False)
            )
        except ImportRefused as error:
            raise problem_of(error) from error


class ImportDetail(_ImportView):
    """One import."""

    @describe(
        "get_import", "Get an import", tag=TAG, path=BY_ID, answers={200: ImportSerializer}, problems=(404,),
        shows=shown.IMPORT,
    )  # fmt: skip
    def get(self, request: Request, id: uuid.UUID) -> Response:
        """Return how far it is."""
        return Response(self.shown(ImportSerializer, self.find(id)))


class ImportRefusedRows(_ImportView):
    """The rows of one import that were refused."""

    schema = None

    def get(self, request: Request, id: uuid.UUID) -> HttpResponse:
        """Send them as CSV, with the reasons."""
        require(self.teammate, Permission.IMPORT)
        import_ = self.find(id)
        if not refused.can_download(import_):
            raise Problem("file_gone", "The file of this import is not kept any more.", status=410)
        return refused_file(request._request, import_)


def _choose(import_: Import, body: dict[str, Any]) -> None:
    """Take what the call says of the columns in the place of what was proposed. Raises ImportRefused."""
    fields: dict[str, Any] = {name: body[name] for name in ("key", "existing") if name in body}
    if "mapping" in body:
        fields["mapping"] = mapping.from_names(import_.columns, body["mapping"])
        fields.setdefault("key", mapping.key_of(fields["mapping"]))
    if fields:
        control.change(import_, **fields)
    for problem in mapping.problems(import_.columns, import_.mapping, import_.key):
        raise problem


def problem_of(error: ImportRefused) -> Problem:
    """Return a refusal as a problem document."""
    if isinstance(error, MappingRefused):
        return Problem("mapping_refused", error.detail, field="mapping")
    code = error.code if error.code in CODES else "import_state"
    return Problem(code, error.detail, status=CODES[code].status, field=_FIELDS.get(code))


class _Act(_ImportView):
    """Something that is done with one import, and answers it as it is then."""

    http_method_names = ["post"]

    def act(self, request: Request, id: uuid.UUID, verb: Callable[[Import, Actor], None]) -> Response:
        """Do it. Raises Problem, Forbidden, Http404."""
        require(self.teammate, Permission.IMPORT)
        import_ = self.find(id)
        try:
            verb(import_, Actor.of(request, self.teammate, via="api"))
        except ImportRefused as error:
            raise problem_of(error) from error
        return Response(self.shown(ImportSerializer, import_))


_ACT: dict[str, Any] = {
    "tag": TAG, "path": BY_ID, "answers": {200: ImportSerializer}, "problems": (404,), "acts": True,
}  # fmt: skip


class ImportRun(_Act):
    """Beginning."""

    @describe("run_import", "Run an import", **_ACT, shows=shown.IMPORT_BEGUN)
    def post(self, request: Request, id: uuid.UUID) -> Response:
        """After a dry run: write what it has found. Of a file that was uploaded on the desk: begin."""
        return self.act(request, id, control.start)


class ImportPause(_Act):
    """Pausing."""

    @describe("pause_import", "Pause an import", **_ACT, shows=shown.IMPORT_PAUSED)
    def post(self, request: Request, id: uuid.UUID) -> Response:
        """No further rows are begun; those that are being written are finished."""
        return self.act(request, id, control.pause)


class ImportResume(_Act):
    """Going on."""

    @describe("resume_import", "Resume an import", **_ACT, shows=shown.IMPORT_RUNNING)
    def post(self, request: Request, id: uuid.UUID) -> Response:
        """Go on where it was paused."""
        return self.act(request, id, control.resume)


class ImportCancel(_Act):
    """Ending early."""

    @describe("cancel_import", "Cancel an import", **_ACT, shows=shown.IMPORT_CANCELLED)
    def post(self, request: Request, id: uuid.UUID) -> Response:
        """What was written so far stays, and can be undone."""
        return self.act(request, id, control.cancel)


class ImportUndo(_Act):
    """Taking back."""

    @describe("undo_import", "Undo an import", **_ACT, shows=shown.IMPORT_UNDOING)
    def post(self, request: Request, id: uuid.UUID) -> Response:
        """Contacts that it made and that nobody has touched since are removed, and values that it changed go back; the
        rest stays. It is done in the background."""
        return self.act(request, id, control.undo)

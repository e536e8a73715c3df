"""`/api/v1/merges/`."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inbox.api import examples
from inbox.api import examples_of_merging as shown
from inbox.api.base import ApiView
from inbox.api.fields import Choice, Instant, PlainText
from inbox.api.paging import Keyset, PageQuery
from inbox.api.problems import Problem
from inbox.api.schema import describe, page_of
from inbox.contacts.holding import CannotMerge
from inbox.contacts.merging import merge, undo
from inbox.contacts.merging.joining import LONGEST_REASON
from inbox.contacts.merging.undoing import Undone
from inbox.contacts.merging.values import ATTRIBUTE, COLUMNS
from inbox.models import Contact, Conversation, Merge

TAG = "merges"
NEWEST = Keyset("merges", "id")
BY_ID = {"id": "The merge's id."}
SIDES = ["winner", "loser"]


class MergeSerializer(serializers.Serializer[Merge]):
    """The decision that two contacts are one person. It moves nothing, and can be undone at any time."""

    id = serializers.UUIDField(source="public_id")
    winner = serializers.UUIDField(source="winner.public_id", help_text="The contact under whose id the person is now.")
    loser = serializers.UUIDField(source="loser.public_id", help_text="The contact that was attached to it.")
    by = serializers.CharField(
        source="by.handle", allow_null=True, default=None, help_text="The @handle of who decided."
    )
    reason = serializers.CharField()
    at = Instant()
    undone_at = Instant(allow_null=True)


class UndoneSerializer(MergeSerializer):
    """What undoing a merge left: `kept` are fields that somebody has changed since the merge, `stays` the conversations
    that the parted side has begun since: both stay with the winner."""

    kept = serializers.ListField(child=serializers.CharField())
    stays = serializers.ListField(child=serializers.UUIDField())


class SidesField(serializers.DictField):
    """Whose value holds, by field."""

    child = Choice("MergeSide", SIDES)


class DecisionSerializer(serializers.Serializer[Any]):
    """How two become one person."""

    reason = PlainText(LONGEST_REASON, required=False, help_text="Why; the timeline says it.")

    def get_fields(self) -> dict[str, Any]:
        """Return them: `fields` is a word of the serializer's own, and cannot be written as an attribute."""
        sides = SidesField(
            required=False,
            help_text="Whose value holds, where it is not the winner's (or the only one): "
            "`name`, `email`, `phone`, `timezone`, `account`, `attributes.KEY`.",
        )
        return {**super().get_fields(), "fields": sides}

    def validate_fields(self, fields: dict[str, str]) -> dict[str, str]:
        """Refuse a field that there is not."""
        unknown = [name for name in fields if name not in COLUMNS and not name.startswith(ATTRIBUTE)]
        if unknown:
            raise serializers.ValidationError(
                f"There is no field {unknown[0]!r}; choose of {', '.join(COLUMNS)}, attributes.KEY."
            )
        return fields


class MergeInputSerializer(DecisionSerializer):
    """Which two become one person, and how."""

    winner = serializers.UUIDField(help_text="The id of the contact that stays.")
    loser = serializers.UUIDField(help_text="The id of the contact that is attached to it.")


class MergeQuery(PageQuery):
    """What the list of merges may be asked."""

    contact = serializers.UUIDField(required=False, help_text="Those in which the contact with this id is a side.")


def merges_of(view: ApiView) -> QuerySet[Merge]:
    """Return the merges that a call may reach."""
    return Merge.objects.filter(workspace=view.workspace).select_related("winner", "loser", "by")


def refused(error: CannotMerge) -> Problem:
    """Return why two cannot be merged, as a problem."""
    if error.code == "same_contact":
        return Problem("same_contact", error.detail, field="loser")
    return Problem("contact_not_found", error.detail, status=404)


class MergeList(ApiView):
    """All merges, and new ones."""

    @describe(
        "list_merges",
        "List merges",
        tag=TAG,
        query=MergeQuery,
        answers={200: page_of(MergeSerializer)},
        shows=examples.page("merges", shown.MERGE),
    )
    def get(self, request: Request) -> Response:
        """The newest first, those that were undone too."""
        query = self.asked(MergeQuery)
        merges = merges_of(self)
        if "contact" in query:
            mine = Contact.objects.filter(workspace=self.workspace, public_id=query["contact"]).values("pk")
            merges = merges.filter(winner__in=mine) | merges.filter(loser__in=mine)
        return self.page(merges, NEWEST, query, MergeSerializer)

    @describe(
        "merge_contacts",
        "Merge two contacts",
        tag=TAG,
        request=MergeInputSerializer,
        answers={200: MergeSerializer, 201: MergeSerializer},
        problems=(404,),
        example=shown.MERGE_INPUT,
        shows=shown.MERGE,
    )
    def post(self, request: Request) -> Response:
        """The two are one person from now on, under the winner's id. Nothing is moved, and the customer sees nothing
        more than before. Where they were one person already, the merge that says so is answered (200)."""
        body = self.sent(MergeInputSerializer)
        winner, loser = (self._side(body[side], side) for side in SIDES)
        try:
            made, is_new = merge(
                loser, into=winner, by=self.teammate, reason=body.get("reason") or "", fields=body.get("fields")
            )
        except CannotMerge as error:
            raise refused(error) from error
        return Response(MergeSerializer(merges_of(self).get(pk=made.pk)).data, 201 if is_new else 200)

    def _side(self, id: uuid.UUID, side: str) -> Contact:
        contact = Contact.objects.filter(workspace=self.workspace, public_id=id).first()
        if contact is None:
            raise Problem("contact_not_found", f"No contact has the {side}'s id.", status=404, field=side)
        return contact


class MergeDetail(ApiView):
    """One merge."""

    @describe(
        "get_merge",
        "Get a merge",
        tag=TAG,
        path=BY_ID,
        answers={200: MergeSerializer},
        problems=(404,),
        shows=shown.MERGE,
    )
    def get(self, request: Request, id: uuid.UUID) -> Response:
        """Return who was merged, by whom and why."""
        return Response(MergeSerializer(get_object_or_404(merges_of(self), public_id=id)).data)


class MergeUndo(ApiView):
    """The end of one merge."""

    @describe(
        "undo_merge",
        "Undo a merge",
        tag=TAG,
        path=BY_ID,
        answers={200: UndoneSerializer},
        problems=(404,),
        shows=shown.MERGE_UNDONE,
        acts=True,
    )
    def post(self, request: Request, id: uuid.UUID) -> Response:
        """The two are two again, with what belongs to each and with the fields as they were, but for those that
        somebody has changed since. Merges can be undone in any order; one that was undone is answered as it is."""
        found = get_object_or_404(merges_of(self), public_id=id)
        try:
            undone = undo(found, by=self.teammate)
        except CannotMerge as error:
            raise refused(error) from error
        answer = MergeSerializer(merges_of(self).get(pk=found.pk)).data
        return Response({**answer, "kept": undone.kept, "stays": self._seen(undone)})

    def _seen(self, undone: Undone) -> list[str]:
        """Return the conversations that stay, as far as the token's teammate may see them."""
        stay = Conversation.objects.visible_to(self.teammate).filter(pk__in=[one.pk for one in undone.stays])
        return [str(one) for one in stay.order_by("number").values_list("public_id", flat=True)]

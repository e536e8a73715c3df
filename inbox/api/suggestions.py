"""`/api/v1/merge-suggestions/`."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from inbox.api import examples
from inbox.api import examples_of_merging as shown
from inbox.api.base import ApiView
from inbox.api.fields import Choice, Instant
from inbox.api.merges import DecisionSerializer, MergeSerializer, merges_of, refused
from inbox.api.paging import Keyset, PageQuery
from inbox.api.problems import Problem
from inbox.api.schema import describe, page_of
from inbox.contacts import persons
from inbox.contacts.holding import CannotMerge
from inbox.contacts.suggesting.answering import AlreadyDecided, accept, dismiss
from inbox.models import Contact, MergeSuggestion
from inbox.models.merging import SuggestionStatus

TAG = "merge-suggestions"
NEWEST = Keyset("merge-suggestions", "updated_at")
BY_ID = {"id": "The suggestion's id."}


class ReasonSerializer(serializers.Serializer[Any]):
    """One reason for, or against, the two being one person."""

    code = serializers.CharField(help_text="Stable: `same_email`, `same_device`, …")
    words = serializers.CharField()


class SuggestionSerializer(serializers.Serializer[MergeSuggestion]):
    """These two contacts look like one person. A human decides."""

    id = serializers.UUIDField(source="public_id")
    contact = serializers.UUIDField(source="contact.public_id", help_text="The younger of the two.")
    candidate = serializers.UUIDField(source="candidate.public_id", help_text="Who it may be.")
    score = serializers.FloatField(help_text="How sure it is, 0 to 1.")
    reasons = ReasonSerializer(many=True)
    status = Choice("SuggestionStatus", SuggestionStatus.values)
    created_at = Instant()


class AcceptInputSerializer(DecisionSerializer):
    """How the two become one person; all of it may be left out."""

    winner = serializers.UUIDField(required=False, help_text="The id of the side that stays.")


class SuggestionQuery(PageQuery):
    """What the list of suggestions may be asked."""

    contact = serializers.UUIDField(required=False, help_text="Those of which the contact with this id is a side.")
    status = Choice("SuggestionStatus", SuggestionStatus.values, required=False)


def suggestions_of(view: ApiView) -> QuerySet[MergeSuggestion]:
    """Return the suggestions that a call may reach."""
    return MergeSuggestion.objects.filter(workspace=view.workspace).select_related("contact", "candidate")


def _decided(error: AlreadyDecided) -> Problem:
    return Problem("already_decided", str(error), status=409)


class SuggestionList(ApiView):
    """Whom the desk takes to be one person, and what was decided of it."""

    @describe(
        "list_merge_suggestions",
        "List merge suggestions",
        tag=TAG,
        query=SuggestionQuery,
        answers={200: page_of(SuggestionSerializer)},
        shows=examples.page("merge-suggestions", shown.SUGGESTION),
    )
    def get(self, request: Request) -> Response:
        """Those that changed last come first. `contact` finds either side, and the whole person of a merged one."""
        query = self.asked(SuggestionQuery)
        found = suggestions_of(self)
        if "contact" in query:
            contact = Contact.objects.filter(workspace=self.workspace, public_id=query["contact"]).first()
            mine = persons.contact_ids(contact) if contact is not None else []
            found = found.filter(Q(contact__in=mine) | Q(candidate__in=mine))
        if "status" in query:
            found = found.filter(status=query["status"])
        return self.page(found, NEWEST, query, SuggestionSerializer)


class SuggestionDetail(ApiView):
    """One suggestion."""

    @describe(
        "get_merge_suggestion",
        "Get a merge suggestion",
        tag=TAG,
        path=BY_ID,
        answers={200: SuggestionSerializer},
        problems=(404,),
        shows=shown.SUGGESTION,
    )
    def get(self, request: Request, id: uuid.UUID) -> Response:
        """Return who may be whom, and why."""
        return Response(SuggestionSerializer(get_object_or_404(suggestions_of(self), public_id=id)).data)


class SuggestionAccept(ApiView):
    """The decision that two are one person."""

    @describe(
        "accept_merge_suggestion",
        "Accept a merge suggestion",
        tag=TAG,
        path=BY_ID,
        request=AcceptInputSerializer,
        answers={200: MergeSerializer},
        problems=(404, 409),
        example=shown.ACCEPT_INPUT,
        shows=shown.MERGE,
    )
    def post(self, request: Request, id: uuid.UUID) -> Response:
        """Merge the two: the better known one stays, unless `winner` names the other. Accepted again, it answers with
        the same merge."""
        suggestion = get_object_or_404(suggestions_of(self), public_id=id)
        body = self.sent(AcceptInputSerializer)
        try:
            made = accept(
                suggestion,
                by=self.teammate,
                winner=self._winner(body, suggestion),
                fields=body.get("fields"),
                reason=body.get("reason") or "",
            )
        except AlreadyDecided as error:
            raise _decided(error) from error
        except CannotMerge as error:
            raise refused(error) from error
        return Response(MergeSerializer(merges_of(self).get(pk=made.pk)).data)

    def _winner(self, body: dict[str, Any], suggestion: MergeSuggestion) -> Contact | None:
        """Return the side that is to stay, if the call names one. Raises Problem."""
        if body.get("winner") is None:
            return None
        for side in (suggestion.contact, suggestion.candidate):
            if side.public_id == body["winner"]:
                return side
        raise Problem("contact_not_found", "The winner is neither side of this suggestion.", status=404, field="winner")


class SuggestionDismiss(ApiView):
    """The decision that two are different people."""

    @describe(
        "dismiss_merge_suggestion",
        "Dismiss a merge suggestion",
        tag=TAG,
        path=BY_ID,
        answers={200: SuggestionSerializer},
        problems=(404, 409),
        shows=shown.SUGGESTION_DISMISSED,
        acts=True,
    )
    def post(self, request: Request, id: uuid.UUID) -> Response:
        """The pair is not suggested again unless there is new evidence."""
        suggestion = get_object_or_404(suggestions_of(self), public_id=id)
        try:
            dismiss(suggestion, by=self.teammate)
        except AlreadyDecided as error:
            raise _decided(error) from error
        except CannotMerge as error:
            raise refused(error) from error
        return Response(SuggestionSerializer(suggestions_of(self).get(pk=suggestion.pk)).data)

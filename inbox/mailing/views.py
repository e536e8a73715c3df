"""The page behind "No more email for …" in each personal letter.

A mail program turns the letters off by a POST of its own, without a session, a form or a look at the page (RFC 8058).
A GET changes nothing: mail programs follow links too.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications import unsubscribing
from notifications.personal.choices import all_choices
from notifications.personal.preferences import ChoiceRefused, choose


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Say what a link would turn off; a POST turns it off, one with `on` turns it on again."""
    response = _answer(request, token)
    # The address holds the token: no other site may read it from a Referer header.
    response["Referrer-Policy"] = "same-origin"
    return response


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    try:
        found = unsubscribing.read(token)
        choice, state = all_choices().get(found.choice), "asked"
        if choice is None:
            raise ChoiceRefused("There is no such choice any more.")
        if request.method == "POST":
            state = "on" if "on" in request.POST else "off"
            choose(found.teammate, found.choice, found.transport, state == "on")
    except (unsubscribing.UnknownToken, ChoiceRefused):
        return render(request, "mailing/unknown.html", {"preferences": unsubscribing.PREFERENCES}, status=404)
    context = {
        "state": state,
        "choice": choice,
        "workspace": found.teammate.workspace,
        "preferences": unsubscribing.PREFERENCES,
    }
    return render(request, "mailing/unsubscribe.html", context)

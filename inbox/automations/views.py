"""The links in automated letters: one that ends such letters, one to where a letter leads, and a picture of one dot.

None asks who looks: whoever has the letter has its links. The one that ends letters is also called by mail programs,
by a POST of their own (RFC 8058); a GET changes nothing, as they follow links, too.
"""

from __future__ import annotations

import base64

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from notifications.automations import leaving, tracking

_DOT = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def no_more(request: HttpRequest, token: str) -> HttpResponse:
    """Say which letters a link would end; a POST ends them, one with `on` has them sent again."""
    try:
        letter = leaving.read(token)
    except leaving.UnknownLetter:
        response = render(request, "mailing/no_letter.html", status=404)
    else:
        if request.method == "POST":
            (leaving.come_back if "on" in request.POST else leaving.leave)(letter)
        left = leaving.has_left(letter.workspace, letter.address)
        context = {"workspace": letter.workspace, "left": left, "asked": request.method == "GET" and not left}
        response = render(request, "mailing/no_more.html", context)
    # The address holds the token: no other site may read it from a Referer header.
    response["Referrer-Policy"] = "same-origin"
    return response


@never_cache
@require_safe
def seen(request: HttpRequest, token: str) -> HttpResponse:
    """Note that a letter was opened. Whatever the token, there is the same picture."""
    tracking.opened(token)
    return HttpResponse(_DOT, content_type="image/gif")


@never_cache
@require_safe
def go(request: HttpRequest, token: str) -> HttpResponse:
    """Note that a link was followed, and lead where its token says. 404 for a token that is not one of ours."""
    try:
        target = tracking.followed(token)
    except tracking.UnknownLink:
        return render(request, "mailing/no_letter.html", status=404)
    # Not Django's redirect: only the signature says where to, and what was signed is http or https.
    return HttpResponse(status=302, headers={"Location": target, "Referrer-Policy": "no-referrer"})

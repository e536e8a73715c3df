"""What somebody finds whose membership has just ended under them."""

from __future__ import annotations

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from inbox.people.models import Teammate

LASTS_SECONDS = 24 * 3600


@never_cache
@require_GET
def left(request: HttpRequest, token: str) -> HttpResponse:
    """Say that a membership has ended. The socket hands this address out: no sign-in may be left that could tell."""
    try:
        pk = signing.loads(token, salt="left", max_age=LASTS_SECONDS)
    except signing.BadSignature as error:
        raise Http404 from error
    mate = Teammate.objects.select_related("workspace").filter(pk=pk).first()
    if mate is None:
        raise Http404
    if mate.left_at is None:
        return redirect("desk")
    others = (
        Teammate.objects.active().filter(user_id=request.user.pk).exists() if request.user.is_authenticated else False
    )
    return render(request, "doors/left.html", {"workspace": mate.workspace, "others": others})

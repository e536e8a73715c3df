"""Settings → Profile: who one is to colleagues, and how Frontdesk looks."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from inbox.desk.access import teammate_of
from inbox.desk.settings.access import settings_view
from inbox.desk.settings.me.forms import ProfileForm
from inbox.people import pictures
from inbox.people.audit import Actor
from inbox.people.handles import HandleRefused, rename_handle
from inbox.people.models import Teammate, User
from inbox.people.models.users import Theme
from inbox.people.sessions import SSO_WORKSPACE


def owns_login(request: HttpRequest, teammate: Teammate) -> bool:
    """Whether this session may change what colleagues of other workspaces see, too.

    An identity provider opens its own workspace alone; where the login has nothing else, there is nothing to keep.
    """
    if request.session.get(SSO_WORKSPACE) is None:
        return True
    user = teammate.user
    return not user.email and not user.teammates.exclude(pk=teammate.pk).exists()


@settings_view()
def profile(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Show and save the profile."""
    form = ProfileForm(teammate, request.POST or None, owns_login=owns_login(request, teammate))
    if request.method == "POST" and form.is_valid() and _saved(request, teammate, form):
        messages.success(request, "Your profile is saved.")
        return redirect("settings-profile")
    return _page(request, teammate, form)


def _saved(request: HttpRequest, teammate: Teammate, form: ProfileForm) -> bool:
    wish = form.cleaned_data["handle"]
    if wish != teammate.handle:
        try:
            rename_handle(teammate, wish, by=Actor.of(request, teammate))
        except HandleRefused as refused:
            form.add_error("handle", refused.detail)
            return False
    mine = {field: form.cleaned_data[field] for field in ("name", "timezone", "theme")}
    User.objects.filter(pk=teammate.user_id).update(**mine)
    return True


def _page(request: HttpRequest, teammate: Teammate, form: ProfileForm, problem: str = "") -> HttpResponse:
    context = {
        "teammate": teammate,
        "workspace": teammate.workspace,
        "form": form,
        "owns_login": owns_login(request, teammate),
        "picture_problem": problem,
    }
    return render(request, "settings/me/profile.html", context, status=422 if form.errors or problem else 200)


@settings_view()
@require_POST
def picture(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Take a new picture."""
    owns = owns_login(request, teammate)
    form, file = ProfileForm(teammate, owns_login=owns), request.FILES.get("picture")
    if not owns:
        return _page(request, teammate, form, "Sign in with your password to change your picture.")
    if file is None:
        return _page(request, teammate, form, "Choose a file first.")
    try:
        pictures.set_picture(teammate.user, file)
    except pictures.PictureRefused as refused:
        return _page(request, teammate, form, refused.detail)
    messages.success(request, "This is your picture now.")
    return redirect("settings-profile")


@settings_view()
@require_POST
def no_picture(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Take the picture away."""
    if owns_login(request, teammate):
        pictures.remove_picture(teammate.user)
        messages.success(request, "Your picture is gone; your initials stand there instead.")
    return redirect("settings-profile")


@settings_view()
@require_POST
def theme(request: HttpRequest, teammate: Teammate) -> HttpResponse:
    """Keep what the switch of the rail was set to."""
    wanted = request.POST.get("theme", "")
    if wanted not in Theme.values:
        return HttpResponse("Choose system, light or dark.", status=422, content_type="text/plain")
    User.objects.filter(pk=teammate.user_id).update(theme=wanted)
    return HttpResponse(status=204)


@require_safe
@cache_control(private=True, max_age=31_536_000, immutable=True)
def picture_file(request: HttpRequest, name: str) -> HttpResponse:
    """Return a picture to those who work where its owner does (or did). To all others it is not there."""
    teammate = teammate_of(request.user, request.session)
    path = f"pictures/{name}.webp"
    if teammate is None or not teammate.workspace.teammates.filter(user__picture=path).exists():
        raise Http404
    try:
        with default_storage.open(path) as file:
            return HttpResponse(file.read(), content_type="image/webp")
    except FileNotFoundError as gone:
        raise Http404 from gone

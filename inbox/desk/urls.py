from django.urls import path, re_path
from django.views.generic import RedirectView

from inbox.desk.views import app, pages, state, thread

VIEW = r"(?P<view>[a-z]+(?:/[a-z0-9_.-]+)??)"
CONVERSATION = "conversations/<uuid:public_id>/"

urlpatterns = [
    path("", pages.home, name="desk"),
    path("inbox/", RedirectView.as_view(pattern_name="desk")),
    path("inbox/counts/", pages.counts, name="inbox-counts"),
    re_path(rf"^inbox/{VIEW}/rows/$", pages.rows, name="inbox-rows"),
    re_path(rf"^inbox/{VIEW}/(?P<number>[0-9]{{1,15}})/$", pages.inbox, name="inbox-conversation"),
    re_path(rf"^inbox/{VIEW}/$", pages.inbox, name="inbox"),
    path("me/availability/", pages.availability, name="availability"),
    path("desk/accent.css", pages.accent, name="accent"),
    path(CONVERSATION, thread.thread, name="thread"),
    path(f"{CONVERSATION}messages/", thread.messages, name="messages"),
    path(f"{CONVERSATION}assignee/", state.assignee, name="assignee"),
    path(f"{CONVERSATION}team/", state.team, name="team"),
    path(f"{CONVERSATION}priority/", state.priority, name="priority"),
    path(f"{CONVERSATION}snooze/", state.snooze, name="snooze"),
    path(f"{CONVERSATION}status/", state.status, name="status"),
    path("manifest.webmanifest", app.manifest, name="manifest"),
    path("favicon.ico", app.favicon, name="favicon"),
]

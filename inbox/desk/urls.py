from django.urls import include, path, re_path
from django.views.generic import RedirectView

from inbox.desk.settings.me.profile import picture_file
from inbox.desk.views import app, mentions, notes, pages, pushed, quiet, sight, state, thread

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
    path("me/quiet/", quiet.quiet, name="quiet"),
    path("me/pushed/<uuid:told>/read/", pushed.read, name="pushed-read"),
    path("me/pushed/<uuid:told>/later/", pushed.later, name="pushed-later"),
    path("desk/accent.css", pages.accent, name="accent"),
    path(CONVERSATION, thread.thread, name="thread"),
    path(f"{CONVERSATION}contact/", thread.contact, name="conversation-contact"),
    path(f"{CONVERSATION}messages/", thread.messages, name="messages"),
    path(f"{CONVERSATION}assignee/", state.assignee, name="assignee"),
    path(f"{CONVERSATION}team/", state.team, name="team"),
    path(f"{CONVERSATION}priority/", state.priority, name="priority"),
    path(f"{CONVERSATION}snooze/", state.snooze, name="snooze"),
    path(f"{CONVERSATION}status/", state.status, name="status"),
    path(f"{CONVERSATION}mentionable/", mentions.mentionable, name="mentionable"),
    path(f"{CONVERSATION}named/", mentions.named, name="named"),
    path(f"{CONVERSATION}notes/<int:seq>/", notes.note, name="note"),
    path(f"{CONVERSATION}notes/<int:seq>/edit/", notes.editor, name="note-editor"),
    path(f"{CONVERSATION}guests/", sight.access, name="guests"),
    path(f"{CONVERSATION}guests/<uuid:access>/end/", sight.end_access, name="end-access"),
    path(f"{CONVERSATION}follow/", sight.follow, name="follow"),
    path("contacts/", include("inbox.desk.contacts.urls")),
    path("contacts/", include("inbox.desk.gdpr.urls")),
    path("", include("inbox.desk.merging.urls")),
    path("activity/", include("inbox.desk.activity.urls")),
    path("kickoff/", include("inbox.desk.kickoff.urls")),
    path("messages/", include("inbox.desk.messages.urls")),
    path("notifications/", include("inbox.desk.notices.urls")),
    path("settings/", include("inbox.desk.settings.urls")),
    re_path(r"^pictures/(?P<name>[0-9a-f]{32})\.webp$", picture_file, name="picture"),
    path("", include("inbox.desk.doors.urls")),
    path("manifest.webmanifest", app.manifest, name="manifest"),
    path("sw.js", app.service_worker, name="service-worker"),
    path("favicon.ico", app.favicon, name="favicon"),
]

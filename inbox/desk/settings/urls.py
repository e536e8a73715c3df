from django.urls import include, path

from inbox.desk.settings import pages

urlpatterns = [
    path("", pages.index, name="settings"),
    path("", include("inbox.desk.settings.me.urls")),
    path("", include("inbox.desk.settings.house.urls")),
    path("", include("inbox.desk.settings.fields.urls")),
    path("", include("inbox.desk.settings.shared.urls")),
    path("", include("inbox.desk.settings.staff.urls")),
    path("", include("inbox.desk.settings.keys.urls")),
    path("", include("inbox.desk.settings.sso.urls")),
]

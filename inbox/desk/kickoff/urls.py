from django.urls import path, register_converter

from inbox.desk.kickoff import views


class WeekConverter:
    """A week as it is written in addresses: 2026-W47."""

    regex = "[0-9]{4}-W[0-9]{2}"

    def to_python(self, value: str) -> str:
        """Return the key of a week."""
        return value

    def to_url(self, value: str) -> str:
        """Return the key of a week."""
        return value


register_converter(WeekConverter, "week")

urlpatterns = [
    path("", views.newest, name="kickoff"),
    path("<week:week>/", views.page, name="kickoff-week"),
    path("<week:week>/<slug:what>/", views.behind, name="kickoff-records"),
]

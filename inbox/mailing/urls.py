from django.urls import include, path

from inbox.mailing import views, webhooks
from notifications.unsubscribing import PATH

urlpatterns = [
    path(f"{PATH}<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("", include("inbox.automations.urls")),
    path("anymail/<path:place>", webhooks.webhook, name="anymail"),
]

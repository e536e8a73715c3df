from django.urls import path

from inbox.automations import views
from notifications.automations.leaving import PATH
from notifications.automations.tracking import GO, SEEN

urlpatterns = [
    path(f"{PATH}<str:token>/", views.no_more, name="no-more-letters"),
    path(f"{SEEN}<str:token>.gif", views.seen, name="letter-seen"),
    path(f"{GO}<str:token>/", views.go, name="letter-link"),
]

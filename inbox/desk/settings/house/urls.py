from django.urls import path

from inbox.desk.settings.house import general, hours, identity, webhooks, widget

urlpatterns = [
    path("workspace/", general.workspace, name="settings-workspace"),
    path("workspace/colour/", general.colour, name="settings-colour"),
    path("hours/", hours.hours, name="settings-hours"),
    path("widget/", widget.widget, name="settings-widget"),
    path("widget/seen/", widget.seen, name="settings-widget-seen"),
    path("identity/", identity.identity, name="settings-identity"),
    path("identity/show/", identity.show, name="settings-identity-show"),
    path("identity/rotate/", identity.rotate, name="settings-identity-rotate"),
    path("identity/retire/", identity.retire, name="settings-identity-retire"),
    path("webhooks/", webhooks.webhooks, name="settings-webhooks"),
    path("webhooks/show/", webhooks.show, name="settings-webhooks-show"),
    path("webhooks/roll/", webhooks.roll, name="settings-webhooks-roll"),
    path("webhooks/end/", webhooks.end, name="settings-webhooks-end"),
]

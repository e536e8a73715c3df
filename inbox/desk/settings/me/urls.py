from django.urls import path

from inbox.desk.settings.me import notifications, profile, push, security

urlpatterns = [
    path("profile/", profile.profile, name="settings-profile"),
    path("profile/picture/", profile.picture, name="settings-picture"),
    path("profile/picture/remove/", profile.no_picture, name="settings-picture-remove"),
    path("profile/theme/", profile.theme, name="settings-theme"),
    path("security/", security.security, name="settings-security"),
    path("security/sessions/end/", security.end_others, name="settings-sessions-end"),
    path("security/sessions/<int:pk>/end/", security.end_one, name="settings-session-end"),
    path("notifications/", notifications.page, name="settings-notifications"),
    path("notifications/choices/", notifications.choices, name="settings-choices"),
    path("notifications/schedule/", notifications.schedule, name="settings-schedule"),
    path("notifications/mail/", notifications.mail_again, name="settings-mail-again"),
    path("notifications/push/", push.turn_on, name="settings-push"),
    path("notifications/push/test/", push.test, name="settings-push-test"),
    path("notifications/push/<uuid:public_id>/test/", push.test_one, name="settings-push-test-one"),
    path("notifications/push/<uuid:public_id>/remove/", push.remove, name="settings-push-remove"),
]

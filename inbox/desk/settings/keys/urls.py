from django.urls import path

from inbox.desk.settings.keys import audit, tokens

urlpatterns = [
    path("tokens/", tokens.tokens, name="settings-tokens"),
    path("tokens/<uuid:public_id>/revoke/", tokens.revoke, name="settings-token-revoke"),
    path("audit/", audit.audit, name="settings-audit"),
    path("audit/export.csv", audit.export, name="settings-audit-export"),
]

from django.urls import path

from inbox.desk.messages import trial_views, version_views, views

urlpatterns = [
    path("", views.index, name="automations"),
    path("new/", views.new, name="automation-new"),
    path("tracking/", views.tracking_switch, name="mail-tracking"),
    path("try/", trial_views.trial, name="automation-try"),
    path("drawn/", trial_views.drawn, name="automation-drawn"),
    path("test/", trial_views.test, name="automation-test"),
    path("<uuid:public_id>/", views.page, name="automation"),
    path("<uuid:public_id>/enabled/", views.enabled, name="automation-enabled"),
    path("<uuid:public_id>/delete/", views.delete, name="automation-delete"),
    path("<uuid:public_id>/sent/", views.sent, name="automation-sent"),
    path("<uuid:public_id>/versions/", version_views.index, name="automation-versions"),
    path("<uuid:public_id>/versions/<int:number>/", version_views.page, name="automation-version"),
    path("<uuid:public_id>/versions/<int:number>/restore/", version_views.restore, name="automation-restore"),
]

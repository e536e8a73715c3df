from django.urls import path

from inbox.desk.doors import invitation, left, start, switch

urlpatterns = [
    path("invitations/opened/", invitation.opened, name="invitation-opened"),
    path("invitations/<str:token>/", invitation.invitation, name="invitation"),
    path("start/", start.workspace, name="start"),
    path("start/<slug:slug>/widget/", start.widget, name="start-widget"),
    path("start/<slug:slug>/seen/", start.seen, name="start-seen"),
    path("start/<slug:slug>/invite/", start.invite, name="start-invite"),
    path("workspaces/<slug:slug>/", switch.switch, name="workspace-switch"),
    path("left/<str:token>/", left.left, name="left"),
]

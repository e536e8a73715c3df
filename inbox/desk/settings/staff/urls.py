from django.urls import path

from inbox.desk.settings.staff import invitations, teammates, teams

TEAMMATE = "teammates/<uuid:public_id>/"
INVITATION = "teammates/invitations/<uuid:public_id>/"
TEAM = "teams/<uuid:public_id>/"

urlpatterns = [
    path("teammates/", teammates.index, name="settings-teammates"),
    path("teammates/invite/", invitations.invite, name="settings-invite"),
    path(f"{INVITATION}resend/", invitations.resend, name="settings-invitation-resend"),
    path(f"{INVITATION}withdraw/", invitations.withdraw, name="settings-invitation-withdraw"),
    path(TEAMMATE, teammates.page, name="settings-teammate"),
    path(f"{TEAMMATE}role/", teammates.role, name="settings-teammate-role"),
    path(f"{TEAMMATE}teams/", teammates.teams, name="settings-teammate-teams"),
    path(f"{TEAMMATE}about/", teammates.about, name="settings-teammate-about"),
    path(f"{TEAMMATE}remove/", teammates.remove, name="settings-teammate-remove"),
    path("teams/", teams.index, name="settings-teams"),
    path("teams/new/", teams.new, name="settings-team-new"),
    path(TEAM, teams.page, name="settings-team"),
    path(f"{TEAM}members/", teams.members, name="settings-team-members"),
    path(f"{TEAM}delete/", teams.delete, name="settings-team-delete"),
]

from inbox.people.models.audit import AuditFact
from inbox.people.models.handles import FormerHandle
from inbox.people.models.invitations import Invitation
from inbox.people.models.mail import OutgoingMail
from inbox.people.models.sso import SingleSignOn
from inbox.people.models.teams import Team, TeamMembership
from inbox.people.models.tokens import ApiToken
from inbox.people.models.users import User
from inbox.people.models.workspaces import Teammate, Workspace

__all__ = [
    "ApiToken",
    "AuditFact",
    "FormerHandle",
    "Invitation",
    "OutgoingMail",
    "SingleSignOn",
    "Team",
    "TeamMembership",
    "Teammate",
    "User",
    "Workspace",
]

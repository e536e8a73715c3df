from inbox.people.models.teams import Team, TeamMembership
from inbox.people.models.tokens import ApiToken
from inbox.people.models.users import User
from inbox.people.models.workspaces import Teammate, Workspace

__all__ = ["ApiToken", "Team", "TeamMembership", "Teammate", "User", "Workspace"]

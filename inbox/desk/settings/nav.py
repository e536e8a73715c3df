"""What stands in the settings' navigation. Apps above the inbox add their own entries in AppConfig.ready."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from inbox.people.models import Teammate
from inbox.people.permissions import Permission


@dataclass(frozen=True)
class Entry:
    """One page: its name in the URLs, title, icon of the sprite, a line that says what is there, and who may go."""

    url_name: str
    title: str
    icon: str
    line: str
    permission: Permission = Permission.READ
    # What else lies under this entry: an address that begins like this lights it up, too.
    also: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return reverse(self.url_name)


@dataclass
class Section:
    title: str
    entries: list[Entry]


YOU = Section("You", [
    Entry("settings-profile", "Profile", "user-round", "Name, handle, picture, time zone, theme"),
    Entry("settings-security", "Security", "shield-check", "Password, second factor, passkeys, sessions",
          also=("/accounts/",)),
    Entry("settings-notifications", "Notifications", "bell", "What this browser and your phone tell you"),
])  # fmt: skip
WORKSPACE = Section("Workspace", [
    Entry("settings-workspace", "General", "building-2", "Name, time zone, colour", Permission.MANAGE_WORKSPACE),
    Entry("settings-hours", "Business hours", "calendar", "When you answer, and holidays", Permission.MANAGE_WORKSPACE),
    Entry("settings-widget", "Widget", "message-square", "Texts, side, sites that may carry it",
          Permission.MANAGE_WORKSPACE),
    Entry("settings-shared", "Shared addresses", "users-round", "What many use, and so tells nobody apart",
          Permission.WRITE),
    Entry("settings-fields", "Contact fields", "id-card", "What you keep of contacts and accounts",
          Permission.MANAGE_WORKSPACE),
])  # fmt: skip
PEOPLE = Section("People", [
    Entry("settings-teammates", "Teammates", "users-round", "Who works here, roles, invitations"),
    Entry("settings-teams", "Teams", "users", "Who shares which conversations"),
])  # fmt: skip
DOORS = Section("Keys and doors", [
    Entry("settings-sso", "Single sign-on", "log-in", "Your own identity provider", Permission.MANAGE_KEYS),
    Entry("settings-identity", "Identity secret", "fingerprint", "Proves who a visitor is", Permission.MANAGE_KEYS),
    Entry("settings-webhooks", "Webhook secret", "webhook", "Signs what routes post to your servers",
          Permission.MANAGE_WORKSPACE),
    Entry("settings-tokens", "API tokens", "key-round", "For your servers", Permission.MANAGE_KEYS),
    Entry("settings-audit", "Audit", "history", "What people with power did", Permission.SEE_AUDIT),
])  # fmt: skip

SECTIONS = [YOU, WORKSPACE, PEOPLE, DOORS]


def sections_for(teammate: Teammate) -> list[Section]:
    """Return the navigation as this teammate may use it."""
    mine = [Section(s.title, [e for e in s.entries if teammate.may(e.permission)]) for s in SECTIONS]
    return [section for section in mine if section.entries]

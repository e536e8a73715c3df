from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "inbox"

    def ready(self) -> None:
        """Say what the inbox does when somebody's access changes, down on the ground where that is decided, and which
        events it tracks."""
        from inbox import access, automations, events, mailing
        from inbox.contacts import exporting, list_files, personal_export
        from inbox.conversations import audiences, teams
        from inbox.desk import noticed
        from inbox.desk.activity import live
        from inbox.health import lags
        from inbox.kickoff import events as kickoff
        from inbox.models.profiles import ExportKind
        from inbox.people.membership import hooks
        from inbox.people.sessions import watch_endings
        from notifications.events import on_tracked
        from notifications.personal.choices import register_choice
        from notifications.personal.standing import ask_of
        from notifications.registry import register
        from notifications.transports import inapp

        hooks.access_changed.append(access.look_again)
        hooks.sight_changed.append(access.all_look_again)
        hooks.assignees_changed.append(access.settle_assignees)
        hooks.team_dissolving.append(teams.hand_over)
        on_tracked.append(live.announce)
        watch_endings(access.sessions_ended)
        exporting.add_maker(ExportKind.CONTACTS, list_files.write_contacts)
        exporting.add_maker(ExportKind.ACCOUNTS, list_files.write_accounts)
        exporting.add_maker(ExportKind.PERSON, personal_export.write_person)
        lags.register()
        register(*events.KINDS, *kickoff.KINDS)
        register_choice(*audiences.CHOICES, *kickoff.CHOICES)
        ask_of(audiences.standings)
        inapp.on_noticed.append(noticed.tell)
        mailing.ready()
        automations.ready()

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "integrations"

    def ready(self) -> None:
        from inbox.contacts.erasing.registry import add_eraser
        from inbox.contacts.personal_export.registry import add_teller
        from inbox.desk.settings.nav import DOORS, Entry
        from inbox.people.permissions import Permission
        from integrations.helpscout import erasing
        from integrations.slack.transport import SlackTransport
        from integrations.stripe.erasing import erase as erase_from_stripe
        from integrations.stripe.events import KINDS
        from integrations.stripe.exporting import tell as tell_from_stripe
        from notifications.registry import register
        from notifications.transports import register_transport

        connections = Entry(
            "settings-connections", "Connections", "plug", "Help Scout, Stripe, Slack, Intercom", Permission.MANAGE_KEYS
        )
        if connections not in DOORS.entries:
            DOORS.entries.insert(-1, connections)
        add_eraser(erasing.erase)
        add_eraser(erase_from_stripe)
        add_teller("stripe", tell_from_stripe)
        register(*KINDS)
        register_transport(SlackTransport())

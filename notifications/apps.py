from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        """Register what is the spine's own, and take over the facts that the ground records."""
        from inbox.people import audit, workspaces
        from inbox.people.membership import hooks
        from inbox.people.sessions import watch_endings
        from notifications import defaults, devices, kinds, ops
        from notifications.automations import defaults as automations
        from notifications.personal import alerts
        from notifications.personal.choices import register_choice
        from notifications.registry import register
        from notifications.transports import email, inapp, log, push, register_transport, webhook

        register(*kinds.KINDS)
        register_transport(inapp.InApp(), email.Email(), push.Push(), webhook.Webhook(), log.Log())
        audit.listeners.append(kinds.track_audit)
        register_choice(*alerts.CHOICES)
        workspaces.made.append(defaults.make_default_routes)
        workspaces.made.append(automations.make_defaults)
        hooks.access_changed.append(devices.end_of_leavers)
        watch_endings(devices.end_of_sessions)
        ops.connect()

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "imports"

    def ready(self) -> None:
        """Register what imports tell of themselves, where they are on the desk, and what they know of a person."""
        from imports import erasing
        from imports.events import CHOICES, KINDS
        from inbox.contacts.erasing.registry import add_eraser
        from inbox.desk.rail import Place, add_place
        from notifications.personal.choices import register_choice
        from notifications.registry import register

        register(*KINDS)
        register_choice(*CHOICES)
        add_eraser(erasing.erase)
        add_place(Place("imports", "imports", "Imports", "import"), after="contacts")

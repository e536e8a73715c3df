from django.apps import AppConfig


class BellConfig(AppConfig):
    name = "bell"

    def ready(self) -> None:
        from bell import erasing
        from bell.routes import make_bell_routes
        from bell.transport import BellTransport
        from inbox.contacts.erasing.registry import add_eraser
        from inbox.desk.rail import Place, add_place
        from inbox.people import workspaces
        from notifications.transports import register_transport

        register_transport(BellTransport())
        add_eraser(erasing.erase)
        if make_bell_routes not in workspaces.made:
            workspaces.made.append(make_bell_routes)
        add_place(Place("bell", "bell", "Bell", "concierge-bell"))

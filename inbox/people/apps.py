from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "inbox.people"
    label = "people"

from django.apps import AppConfig


class BellConfig(AppConfig):
    name = "bell"

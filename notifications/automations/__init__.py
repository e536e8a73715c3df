"""Automated messages: what is sent to people by itself when something happens (docs/automations.md)."""

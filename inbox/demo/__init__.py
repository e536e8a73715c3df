"""The demo workspace: what a newcomer sees after `make run`."""

"""Composition: everything that ties the apps to one another and to the machine."""

"""Ogrom as a running service: settings, container, application, server and command line."""

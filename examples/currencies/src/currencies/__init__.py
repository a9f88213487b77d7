"""A second service: exchange rates."""

"""Access: who asks, how often they may, and what browsers are told about it."""

"""What a service needs around its endpoints: settings, health, logs, metrics, spans, and who may do what, how often."""

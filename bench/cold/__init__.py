"""The first seconds of a server that has just been started, under load from its first answer on."""

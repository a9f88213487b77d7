"""`./dev image` and `./dev push`: what production runs, built without network from wheels checked by hash."""

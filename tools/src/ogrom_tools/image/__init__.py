"""The image: what production runs, built without network from wheels that the host has gathered and checked."""

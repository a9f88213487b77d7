"""One module a resource, each with one factory from sources to an Endpoint; none imports another."""

"""This machine's own address, and the ports there."""

import socket

HOST = "127.0.0.1"


def reservation() -> socket.socket:
    """A socket that keeps a port ours, for as long as it is open here or in a process that has inherited it.

    A server may listen on the port, stop and listen again; nobody else is given it, and while no server listens,
    connections are refused. It is bound and never listens, which Linux lets others share that set SO_REUSEADDR too,
    as servers do; socket(7).
    """
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind((HOST, 0))
    return holder

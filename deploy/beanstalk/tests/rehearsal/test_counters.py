"""HAProxy's table of statistics, as we read it."""

import pytest

from ogrom_deploy.rehearsal.counters import Counters, statistics

TABLE = """# pxname,svname,scur,status,req_tot,hrsp_5xx,econ,srv_abrt,cli_abrt,wretr,check_status,last_chk
live,FRONTEND,0,OPEN,7,1,,,0,,,
blue-itself,FRONTEND,0,OPEN,9,9,,,0,,,
blue,slot0,3,{status},5,1,1,0,0,0,L4CON,Connection refused
blue,slot0-open,0,no check,0,0,0,0,0,0,,
blue,BACKEND,3,UP,6,1,1,2,3,0,,
green,slot0,0,MAINT,0,0,0,0,0,0,,
green,BACKEND,0,DOWN,4,0,0,1,0,0,,
"""


def test_counters_are_those_of_clients_and_of_each_colour() -> None:
    """What came in where clients come in, what went to each colour, and both colours together."""
    found = statistics(TABLE.format(status="UP"))
    assert found.clients == Counters(requests=7, errors=1)
    assert found.counters["blue"] == Counters(6, 1, 1, 2, 3, 0)
    assert found.total == Counters(10, 1, 1, 3, 3, 0)
    assert found.total - found.counters["blue"] == found.counters["green"]


@pytest.mark.parametrize(
    ("status", "health", "cause"),
    [
        ("UP", "ok", ""),
        ("UP 1/3", "pending", ""),
        ("DRAIN", "pending", ""),
        ("DOWN", "failing", "L4CON Connection refused"),
        ("DOWN 1/2", "failing", "L4CON Connection refused"),
        ("MAINT", "unknown", ""),
        ("no check", "unknown", ""),
    ],
)
def test_an_instance_is_well_once_several_checks_were(status: str, health: str, cause: str) -> None:
    """Fresh from maintenance a server counts as up before anybody has asked it; that is not enough."""
    slot = statistics(TABLE.format(status=status)).slots["blue", "slot0"]
    assert (slot.health, slot.cause, slot.in_flight) == (health, cause, 3)

import os
import threading

from ogrom.http.exchange import new_id


def test_an_id_is_sixteen_digits_of_its_own() -> None:
    """However many are asked for, by however many threads."""
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.extend(new_id() for _ in range(2000))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == len(found) == 8000
    assert all(len(each) == 16 and set(each) <= set("0123456789abcdef") for each in found)


def test_processes_that_were_one_do_not_give_the_same_ids() -> None:
    """A child forgets what its parent has got ready."""
    new_id()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, new_id().encode())
        os._exit(0)
    os.waitpid(child, 0)
    with open(reading, closefd=True) as theirs:  # noqa: PTH123  # a descriptor
        os.close(writing)
        other = theirs.read()
    assert len(other) == 16
    assert other != new_id()

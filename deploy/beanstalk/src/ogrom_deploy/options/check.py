"""Whether options are right: known, possible, and of one mind."""

from collections import Counter
from collections.abc import Iterable, Iterator

from . import table, values
from .conflicts import conflicts
from .setting import Problem, Setting


def check(settings: Iterable[Setting], *, version: str = "") -> tuple[Problem, ...]:
    """What is wrong with the options of an environment.

    Args:
        settings: all that are set; those that are not set have Beanstalk's defaults, which are looked at too.
        version: the label that the same call of UpdateEnvironment would deploy; empty for none. With one, the
            options are those of the call, not all.

    Returns:
        The problems, in the order of the options; none where all is well.
    """
    given = tuple(settings)
    together = _beside(version, given) if version else conflicts(given)
    return (*_singly(given), *together)


def _singly(settings: tuple[Setting, ...]) -> Iterator[Problem]:
    times = Counter(each.key for each in settings)
    for key, count in times.items():
        if count > 1:
            yield Problem(key, f"is set {count} times; say it once")
    for each in settings:
        option = table.find(each.key)
        if option is None:
            yield Problem(each.key, table.unknown(each.key))
        elif each.value is not None and (fault := values.fault(option.values, each.value)):
            yield Problem(each.key, f"{each.value!r} {fault}")


def _beside(version: str, settings: tuple[Setting, ...]) -> Iterator[Problem]:
    if settings:
        yield Problem(
            settings[0].key,
            f"cannot be set together with version {version}, since Beanstalk takes a version or options in one call "
            "and refuses both; make two calls, and wait between them until the environment is Ready",
        )

"""The changes of an API in Markdown, for the teams whose programs call it."""

from collections.abc import Iterable, Iterator, Mapping

from ogrom_rules import Level
from ogrom_rules.contract.rules import RULES, ContractFinding

ADVICE: Mapping[str, str] = {
    "operation-removed": "Call another operation.",
    "deprecated-operation-removed": "Call another operation, as was announced.",
    "sunset-earlier": "Stop using it before that day.",
    "operation-renamed": "Generate your client again, and call the function by its new name.",
    "parameter-added-required": "Send it.",
    "parameter-required": "Send it each time.",
    "parameter-removed": "Stop sending it.",
    "deprecated-parameter-removed": "Stop sending it, as was announced.",
    "path-parameter-renamed": "Generate your client again, and pass the argument by its new name.",
    "parameter-style-changed": "Write several values in the new way.",
    "precondition-required": "Read the resource first, and send its ETag.",
    "precondition-removed": "Stop sending it: it has no effect.",
    "body-required": "Send content.",
    "body-removed": "Stop sending content.",
    "body-type-removed": "Send another media type.",
    "token-required": "Send a token.",
    "scope-added": "Get tokens that have it.",
    "scheme-changed": "Authenticate in the new way.",
    "status-added": "Be ready for it.",
    "status-removed": "Do not wait for it.",
    "problem-type-removed": "Decide by another type, or by the status.",
    "media-type-removed": "Ask for another media type in Accept.",
    "default-type-changed": "Say in Accept which media type you want.",
    "header-removed": "Do without it.",
    "header-lacking": "Do without it where it lacks.",
    "lifetime-longer": "Send `Cache-Control: no-cache` where you need a newer answer.",
    "stored": "Send `Cache-Control: no-store` where no cache may keep your answers.",
    "shared": "Send `Cache-Control: no-store` where no shared cache may keep your answers.",
    "link-removed": "Find another way there.",
    "link-changed": "Check that you want what it leads to now.",
    "schema-renamed": "Generate your client again, and use the type by its new name.",
    "member-added-required": "Send it.",
    "member-refused": "Stop sending it.",
    "deprecated-member-refused": "Stop sending it, as was announced.",
    "member-required": "Send it each time.",
    "default-changed": "Send the value that you want.",
    "values-refused": "Send only values that it takes.",
    "deprecated-values-refused": "Send only values that it takes, as was announced.",
    "member-removed": "Stop reading it.",
    "deprecated-member-removed": "Stop reading it, as was announced.",
    "member-lacking": "Be ready for an answer without it.",
    "values-added": "Be ready for such a value.",
}
"""What to do about what breaks clients, by the names of rules."""

_DEPRECATED = frozenset(name for name in RULES if name.endswith(("-deprecated", "-kept"))) | {"sunset-later"}
_NEW = frozenset(name for name, rule in RULES.items() if rule.cites == "14")
_MANY = 4


def changelog(findings: Iterable[ContractFinding], title: str, contract: str) -> str:
    """What changed, in Markdown: what breaks clients and what to do, what is deprecated, what is new, and the rest.

    Args:
        findings: what `compare` found.
        title: the heading.
        contract: the URL of docs/contract.md, to which the numbers of its lines link.
    """
    parts: dict[str, list[ContractFinding]] = {
        "Breaking": [],
        "Deprecated": [],
        "New": [],
        "Also changed": [],
    }
    for each in findings:
        parts[_part(each)].append(each)
    lines = [f"# {title}", ""]
    for name, some in parts.items():
        if some:
            lines += [f"## {name}", "", *_grouped(some, contract)]
    return "\n".join(lines if any(parts.values()) else [*lines, "Nothing that clients notice.", ""])


def _part(finding: ContractFinding) -> str:
    if finding.level is Level.MAJOR:
        return "Breaking"
    if finding.rule in _DEPRECATED:
        return "Deprecated"
    return "New" if finding.rule in _NEW else "Also changed"


def _grouped(findings: list[ContractFinding], contract: str) -> Iterator[str]:
    """A heading for each group of operations, and a line for each of its findings."""
    groups: dict[tuple[str, ...], list[ContractFinding]] = {}
    for each in findings:
        groups.setdefault(each.operations, []).append(each)
    for operations, some in sorted(groups.items()):
        yield f"### {_called(operations)}"
        yield ""
        yield from (_line(each, contract) for each in some)
        yield ""


def _called(operations: tuple[str, ...]) -> str:
    named = ", ".join(f"`{each}`" for each in operations[:_MANY])
    more = len(operations) - _MANY
    return f"{named} and {more} more" if more > 0 else named


def _line(finding: ContractFinding, contract: str) -> str:
    place = finding.symbol
    for each in finding.operations:
        place = place.removeprefix(each).strip()
    said = finding.text if not place else f"`{place}`: {finding.text}"
    if finding.level is not Level.MAJOR:
        return f"* {said}"
    cites = RULES[finding.rule].cites
    rule = cites if cites.startswith("RFC") else f"[line {cites}]({contract})"
    return f"* {said} **{ADVICE[finding.rule]}** ({rule})"

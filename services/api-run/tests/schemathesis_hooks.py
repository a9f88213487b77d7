"""What schemathesis does before each call, besides what its configuration says."""

from typing import Any
from uuid import uuid4

import schemathesis
from schemathesis.generation.meta import CoveragePhaseData, CoverageScenario

KEY = "Idempotency-Key"
TOKEN = "Authorization"


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Give each request the key that its coverage phase means, and no token where it means none.

    It finds no header value for a pattern with quotes, and takes `0` for a valid one. A request without the necessary
    Authorization gets that of the command line, and then is not refused.
    """
    data = case.meta.phase.data if case.meta else None
    if not isinstance(data, CoveragePhaseData):
        return
    about = data.parameter
    if case.headers and case.headers.get(KEY) == "0" and about != KEY:
        case.headers[KEY] = f'"{uuid4()}"'
    if about == TOKEN and data.scenario is CoverageScenario.MISSING_PARAMETER:
        for headers in (case.headers, kwargs.get("headers") or {}):
            headers.pop(TOKEN, None)

"""What an option may be."""

import pytest

from ogrom_deploy.options.values import fault

FITS = [
    ("true|false", "true"),
    ("1 minute|5 minute", "1 minute"),
    ("0..10", "10"),
    ("-5..5", "-5"),
    ("0.0..1.0", "0.25"),
    ("0.001..20.0|null", "null"),
    ("list", "sg-1, sg-2"),
    ("list arm64|x86_64", "arm64,x86_64"),
    ("list 200..499", "200,204"),
    ("duration PT0S..PT1H", "PT45M"),
    ("duration PT0S..PT1H", "PT0S"),
    ("path", "/health/ready"),
    ("arn", "arn:aws:ssm:eu-central-1:123456789012:parameter/ogrom/token-key"),
    ("json", '{"Version": 1}'),
    ("text", ""),
]


@pytest.mark.parametrize(("values", "value"), FITS)
def test_what_fits(values: str, value: str) -> None:
    """At the bounds, too."""
    assert fault(values, value) == ""


@pytest.mark.parametrize(
    ("values", "value", "said"),
    [
        ("true|false", "True", "must be true, false"),
        ("true|false", "", "must be true, false"),
        ("0..10", "11", "must be 0..10"),
        ("0..10", "-1", "must be 0..10"),
        ("0..10", "5.0", "must be 0..10"),
        ("0..10", "five", "must be 0..10"),
        ("0.0..1.0", "1.01", "must be 0.0..1.0"),
        ("0.0..1.0", "NaN", "must be 0.0..1.0"),
        ("list", "sg-1,,sg-2", "must be list"),
        ("list arm64|x86_64", "arm64,mips", "must be list arm64, x86_64"),
        ("duration PT5M..PT1H", "PT4M59S", "must be duration PT5M..PT1H"),
        ("duration PT5M..PT1H", "PT", "must be duration PT5M..PT1H"),
        ("duration PT5M..PT1H", "5 minutes", "must be duration PT5M..PT1H"),
        ("path", "health", "must be path"),
        ("arn", "parameter/ogrom/token-key", "must be arn"),
        ("json", "{", "must be json"),
        ("json", "[]", "must be json"),
    ],
)
def test_what_does_not(values: str, value: str, said: str) -> None:
    """It says what would."""
    assert fault(values, value) == said

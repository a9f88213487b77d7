"""Reading the options of a template."""

from ogrom_deploy.options import Setting, read_options
from ogrom_deploy.options.template import load

TEMPLATE = """
Parameters:
  Type: {Type: String, Default: c6i.large}
  Subnets: {Type: CommaDelimitedList}
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Bare: {Type: AWS::ElasticBeanstalk::Environment}
  Environment:
    Type: AWS::ElasticBeanstalk::Environment
    Properties:
      OptionSettings:
        - {Namespace: a, OptionName: text, Value: "5"}
        - {Namespace: a, OptionName: number, Value: 5}
        - {Namespace: a, OptionName: flag, Value: true}
        - {Namespace: a, OptionName: parameter, Value: !Ref Type}
        - {Namespace: a, OptionName: unknown, Value: !Ref Subnets}
        - {Namespace: a, OptionName: made, Value: !Join [",", !Ref Subnets]}
        - Namespace: a
          OptionName: imported
          Value: !ImportValue
            Fn::Sub: "${Name}-role"
"""


def test_options_are_read_as_cloudformation_would_send_them() -> None:
    """Texts, and nothing where only the account knows."""
    assert read_options(TEMPLATE) == (
        Setting("a", "text", "5"),
        Setting("a", "number", "5"),
        Setting("a", "flag", "true"),
        Setting("a", "parameter", "c6i.large"),
        Setting("a", "unknown", None),
        Setting("a", "made", None),
        Setting("a", "imported", None),
    )


def test_a_parameter_may_be_given() -> None:
    """It wins over its default."""
    values = {
        each.name: each.value for each in read_options(TEMPLATE, {"Type": "c7i.large", "Subnets": "s-1"})
    }
    assert (values["parameter"], values["unknown"], values["made"]) == ("c7i.large", "s-1", None)


def test_short_forms_become_long_ones() -> None:
    """So that nobody has to know two."""
    assert load("{a: !Ref b, c: !GetAtt d.e, f: !If [g, !Ref h, i], j: !Sub {k: l}, m: !Condition n}") == {
        "a": {"Ref": "b"},
        "c": {"Fn::GetAtt": ["d", "e"]},
        "f": {"Fn::If": ["g", {"Ref": "h"}, "i"]},
        "j": {"Fn::Sub": {"k": "l"}},
        "m": {"Condition": "n"},
    }

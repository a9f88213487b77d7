"""The comparison of schemas against the values themselves, as jsonschema judges them."""

from typing import Any

import jsonschema  # type: ignore[import-untyped]
from hypothesis import given, settings, strategies as st

from ogrom_rules import Level, level
from ogrom_rules.contract.schemas import Comparison

NAMES = st.sampled_from(["a", "b"])
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from([0.5, "", "x", "xy", "abc"])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner)), max_leaves=4
)
BOUND = st.integers(-2, 3)
LENGTH = st.integers(0, 3)


def facets(kind: str, **optional: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({"type": st.just(kind)}, optional=optional)


PLAIN = st.one_of(
    facets("null"),
    facets("boolean"),
    facets("integer", minimum=BOUND, maximum=BOUND),
    facets("number", minimum=BOUND, exclusiveMaximum=BOUND),
    facets("string", minLength=LENGTH, maxLength=LENGTH, pattern=st.sampled_from(["^x", "y$"])),
    st.lists(st.sampled_from(["x", "xy", "abc"]), min_size=1, unique=True).map(lambda each: {"enum": each}),
    st.just({}),
    st.booleans(),
)


def compound(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        facets("array", items=inner, maxItems=LENGTH, minItems=LENGTH),
        facets("array", contains=inner, prefixItems=st.lists(inner, min_size=1, max_size=2)),
        facets(
            "object",
            dependentRequired=st.just({"a": ["b"]}),
            propertyNames=st.just({"const": "a"}),
            patternProperties=inner.map(lambda each: {"^b": each}),
        ),
        inner.map(lambda each: {"not": each}),
        facets(
            "object",
            properties=st.dictionaries(NAMES, inner),
            required=st.lists(NAMES, unique=True),
        ).map(lambda each: {**each, "additionalProperties": False}),
        inner.filter(bool).map(lambda each: {"type": "object", "additionalProperties": each}),
        st.lists(inner, min_size=1, max_size=3).map(lambda several: {"anyOf": several}),
    )


SCHEMAS = st.recursive(PLAIN, compound, max_leaves=4)


@settings(max_examples=400)
@given(SCHEMAS, SCHEMAS, st.lists(VALUES, min_size=10, max_size=30))
def test_no_value_that_is_refused_or_new_is_missed(old: Any, new: Any, values: list[Any]) -> None:
    was, is_ = jsonschema.Draft202012Validator(old), jsonschema.Draft202012Validator(new)
    before, after = [was.is_valid(each) for each in values], [is_.is_valid(each) for each in values]
    found = {
        way: level(Comparison({}, {}, way).compare(old, new, "value")) for way in ("request", "response")
    }
    if any(one and not other for one, other in zip(before, after, strict=True)):
        assert found["request"] is Level.MAJOR
    if any(other and not one for one, other in zip(before, after, strict=True)):
        assert found["response"] is not Level.NONE


@given(SCHEMAS)
def test_nothing_is_found_between_a_schema_and_itself(schema: Any) -> None:
    assert not list(Comparison({}, {}, "request").compare(schema, schema, "value"))


def test_deprecated_values_beside_a_reference_are_announced_where_the_component_lists_them() -> None:
    """One member deprecates a value of an enum that others share, and the enum loses it."""
    before, after = {"Sort": {"enum": ["new", "best"]}}, {"Sort": {"enum": ["new"]}}
    plain = {"$ref": "#/components/schemas/Sort"}
    told = {**plain, "x-deprecated-values": {"best": None}}

    def found(old: Any, new: Any, one: Any, other: Any) -> list[str]:
        return [
            f"{each.rule} @ {each.symbol}"
            for each in Comparison(old, new, "request").compare(one, other, "sort")
        ]

    assert found(before, before, plain, told) == ["value-deprecated @ sort"]
    assert found(before, after, told, plain) == ["deprecated-values-refused @ Sort"]
    assert found(before, after, plain, plain) == ["values-refused @ Sort"]
    one, other = ({"properties": {"a": plain, "b": each}} for each in (told, plain))
    assert found(before, after, one, other) == ["values-refused @ Sort", "deprecated-values-refused @ Sort"]

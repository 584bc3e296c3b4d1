"""Why FEEL refuses a text or stops an evaluation, in English, by the code of the refusal."""

from __future__ import annotations

from engine.feel.errors import FeelError

REASONS: dict[str, str] = {
    "comment_not_closed": "a comment is not closed",
    "comment": "a comment is not closed",
    "string_not_closed": "a string is not closed",
    "unknown_character": "a character that FEEL does not know",
    "not_printable": "a character that cannot be written",
    "argument_twice": "an argument is given twice",
    "empty": "the expression is empty",
    "expected": "something is missing here",
    "unexpected": "something is not expected here",
    "expression_expected": "an expression is expected here",
    "name_expected": "a name is expected here",
    "full_width_sign": "a full-width sign stands where a half-width one is meant",
    "mixed_arguments": "named and unnamed arguments are mixed",
    "number_too_large": "a number is too large",
    "path_too_long": "a path is too long",
    "nested_too_deep": "it is nested too deeply",
    "source_too_long": "the expression is too long",
    "calls_too_deep": "functions call each other too deeply",
    "too_many_steps": "it takes too many steps",
    "too_slow": "it takes too long",
    "list_too_long": "a list gets too long",
    "string_too_long": "a text gets too long",
    "value_too_large": "a value gets too large",
    "pattern_too_long": "a regular expression is too long",
    "regex_too_slow": "a regular expression takes too long",
    "no_clock": "the present time is not known here",
}


def reason_en(error: FeelError) -> str:
    """`line 1, character 4: …`; without a place only what is wrong."""
    words = REASONS.get(error.code, error.code.replace("_", " "))
    return f"line {error.line}, character {error.column}: {words}" if error.position else words
